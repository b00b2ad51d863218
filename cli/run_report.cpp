#include "run_report.hpp"

namespace nbt::program {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

std::string run_report(const RunFacts& facts, const std::vector<OutputSet::Written>& outputs,
                       const Json& library_report) {
  Json files = Json::array();
  for (const OutputSet::Written& output : outputs) {
    if (output.kind == "report") continue;  // its size is not known before it is written
    files.push_back({{"kind", output.kind}, {"path", output.path}, {"bytes", or_null(output.bytes)}});
  }
  const Json report = {{"nbt_run", 1},
                       {"outputs", files},
                       {"integer_scale", or_null(facts.counts.integer_scale)},
                       {"pgm_scale", or_null(facts.counts.pgm_scale)},
                       {"noise_photons", or_null(facts.counts.noise_photons)},
                       {"noise_overloads", or_null(facts.counts.noise_overloads)},
                       {"timing_s", {{"render", facts.render_s}, {"images", facts.images_s}, {"total", facts.total_s}}},
                       {"peak_resident_bytes", facts.peak_resident_bytes},
                       {"report", library_report}};
  constexpr int indent = 1;
  return report.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nbt::program
