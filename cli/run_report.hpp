// What a run did, for machines.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "count_images.hpp"
#include "outputs.hpp"

namespace nbt::program {

struct RunFacts {
  double render_s = 0;
  double images_s = 0;
  double total_s = 0;
  double peak_resident_bytes = 0;
  CountFacts counts;
};

// `library_report` is what nbt_report gives.
std::string run_report(const RunFacts& facts, const std::vector<OutputSet::Written>& outputs,
                       const nlohmann::ordered_json& library_report);

}  // namespace nbt::program
