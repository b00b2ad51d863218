// Tolerances of physics.md 13 against the oracle's image and envelope.
#pragma once

#include <string>
#include <vector>

#include "oracle.hpp"

namespace nbt::test {

struct Tolerance {
  double of_value;     // where the value is above 1e-6 of the envelope
  double of_envelope;  // elsewhere (and everywhere, in double)
  double edge = 1e-9;  // terms nearer than this to a jump may fall on either side
};

inline constexpr Tolerance exact_tolerance = {1e-6, 1e-6};
inline constexpr Tolerance double_tolerance = {2.5e-7, 2e-7};
inline constexpr Tolerance single_tolerance = {2e-6, 2e-6};

struct Agreement {
  double worst = 0;  // largest error over its tolerance
  std::size_t worst_pixel = 0;
  std::size_t excused = 0;  // pixels at a jump
  std::string text;         // to print on failure
};

Agreement compare(const std::vector<float>& image, const oracle::Result& truth, const Tolerance& tolerance);

// Largest error over `bound` times the envelope, as for `fast`.
Agreement compare_with_envelope(const std::vector<float>& image, const oracle::Result& truth, double bound);

}  // namespace nbt::test
