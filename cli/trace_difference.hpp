// The first intermediate value in which two traces differ.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace nbt::program {

struct TraceTolerance {
  double relative = 1e-11;
  double absolute = 0;
};

struct TraceDifference {
  std::string name;  // "evaluations/3/hkl/1"
  std::string first;
  std::string second;
  std::optional<double> absolute;  // of numbers
  std::optional<double> relative;  // to the larger of the two
};

// In the order of the first trace, which is the order of the computation. Nothing: they agree.
std::optional<TraceDifference> first_difference(const nlohmann::ordered_json& first,
                                                const nlohmann::ordered_json& second, const TraceTolerance& tolerance);

}  // namespace nbt::program
