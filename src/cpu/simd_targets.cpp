#include "cpu/simd_targets.hpp"

#include <hwy/highway.h>

#include <cstdlib>

#include "model/error.hpp"

namespace nbt {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Asks the processor once: that takes longer than a small chunk.
const std::vector<std::int64_t>& supported_targets() {
  static const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
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
