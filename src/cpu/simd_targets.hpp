// Instruction sets by name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nbt {

// Those that this build has and this processor runs, best first.
std::vector<std::string> simd_targets();

// Highway's number of the target that a run uses. `name` empty or "auto": the environment variable NBT_SIMD_TARGET, or
// the best. Throws Error(unsupported) listing the names.
std::int64_t find_simd_target(const std::string& name);

std::string simd_target_name(std::int64_t target);

}  // namespace nbt
