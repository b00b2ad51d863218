// The instruction sets that this processor and its system run.
#pragma once

#include <cstdint>

namespace nbt {

// Bits of Highway's targets, as hwy::SupportedTargets() gives them for the targets of this build. Highway executes a
// dozen cpuid instructions, each of which can take a third of a millisecond in a virtual machine; where the C library
// has already asked the processor (glibc 2.34 or later), this reads what it found.
std::int64_t detected_targets();

}  // namespace nbt
