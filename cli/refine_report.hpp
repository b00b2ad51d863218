// What a refinement found, for readers and for machines.
#pragma once

#include <string>
#include <vector>

#include "outputs.hpp"
#include "refine/refinement.hpp"

namespace nbt::program {

struct RefineFacts {
  std::string loss_name;
  refine::RefineReport report;
  std::vector<std::string> options;  // that give the refined parameters their values
};

// Without line end.
std::string iteration_text(const refine::Iteration& iteration);
std::string refine_text(const RefineFacts& facts);
std::string refine_json(const RefineFacts& facts, const std::vector<OutputSet::Written>& outputs);

}  // namespace nbt::program
