#include "cpu/simd_targets.hpp"

#include <hwy/highway.h>

#include <cstdlib>

#include "cpu/detected_targets.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// One by one, best first: in Highway's numbering a lower bit is a better target.
std::vector<std::int64_t> list_of(std::int64_t targets) {
  std::vector<std::int64_t> list;
  for (; targets != 0; targets &= targets - 1) list.push_back(targets & -targets);
  return list;
}

const std::vector<std::int64_t>& supported_targets() {
  static const std::vector<std::int64_t> targets = list_of(detected_targets());
  return targets;
}

std::string wanted_name(const std::string& name) {
  if (!name.empty() && name != "auto") return name;
  const char* variable = std::getenv("NBT_SIMD_TARGET");
  return variable != nullptr ? variable : "";
}

}  // namespace

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const std::int64_t target : supported_targets()) names.push_back(simd_target_name(target));
  return names;
}

std::int64_t find_simd_target(const std::string& name) {
  const std::vector<std::int64_t>& targets = supported_targets();
  const std::string wanted = wanted_name(name);
  if (wanted.empty() || wanted == "auto") return targets.front();
  for (const std::int64_t target : targets) {
    if (wanted == simd_target_name(target)) return target;
  }
  throw Error(Status::unsupported,
              "SIMD target '" + wanted +
                  "' is unknown or not supported by this processor; supported: " + listed(simd_targets()));
}

std::string simd_target_name(std::int64_t target) {
  return hwy::TargetName(target);
}

}  // namespace nbt
