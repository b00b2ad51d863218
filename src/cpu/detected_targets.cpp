#include "cpu/detected_targets.hpp"

#include <hwy/highway.h>

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#define _Bool bool  // the header's word, which clang does not know in C++
#include <sys/platform/x86.h>
#undef _Bool
#endif

namespace nbt {
namespace {

#ifdef CPU_FEATURE_ACTIVE

// What Highway demands of a processor for each target (hwy/targets.cc). A feature that is active is one that the system
// saves the registers of, too.
bool has_ssse3() {
  return CPU_FEATURE_ACTIVE(SSE3) && CPU_FEATURE_ACTIVE(SSSE3);
}

bool has_sse4() {
  return has_ssse3() && CPU_FEATURE_ACTIVE(SSE4_1) && CPU_FEATURE_ACTIVE(SSE4_2) && CPU_FEATURE_ACTIVE(PCLMULQDQ) &&
         CPU_FEATURE_ACTIVE(AES);
}

bool has_avx2() {
  return has_sse4() && CPU_FEATURE_ACTIVE(AVX) && CPU_FEATURE_ACTIVE(AVX2) && CPU_FEATURE_ACTIVE(FMA) &&
         CPU_FEATURE_ACTIVE(F16C) && CPU_FEATURE_ACTIVE(LZCNT) && CPU_FEATURE_ACTIVE(BMI1) && CPU_FEATURE_ACTIVE(BMI2);
}

bool has_avx3() {
  return has_avx2() && CPU_FEATURE_ACTIVE(AVX512F) && CPU_FEATURE_ACTIVE(AVX512VL) && CPU_FEATURE_ACTIVE(AVX512DQ) &&
         CPU_FEATURE_ACTIVE(AVX512BW) && CPU_FEATURE_ACTIVE(AVX512CD);
}

constexpr std::int64_t known_targets = HWY_SCALAR | HWY_EMU128 | HWY_SSSE3 | HWY_SSE4 | HWY_AVX2 | HWY_AVX3;

std::int64_t targets_of_c_library() {
  return HWY_SCALAR | HWY_EMU128 | (has_ssse3() ? HWY_SSSE3 : 0) | (has_sse4() ? HWY_SSE4 : 0) |
         (has_avx2() ? HWY_AVX2 : 0) | (has_avx3() ? HWY_AVX3 : 0);
}

#else

constexpr std::int64_t known_targets = 0;

std::int64_t targets_of_c_library() {
  return 0;
}

#endif

}  // namespace

// Later versions of Highway have targets whose rules are not above: then Highway decides.
std::int64_t detected_targets() {
  constexpr bool all_known = (HWY_TARGETS & ~known_targets) == 0;
  return HWY_TARGETS & (all_known ? targets_of_c_library() : hwy::SupportedTargets());
}

}  // namespace nbt
