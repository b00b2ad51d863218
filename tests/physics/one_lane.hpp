// Formulas of src/physics in one scalar lane (NBT_ONE_LANE is defined for these tests), for comparison with long
// double.
#pragma once

#include <cmath>
#include <random>

#include "lanes/lanes-inl.h"

namespace nbt::test {

using Double = one_lane::OneLane<double>;
using Float = one_lane::OneLane<float>;

inline constexpr long double pi_l = 3.14159265358979323846264338327950288L;

// Uniform in [low, high), the same numbers in every run.
class Uniform {
 public:
  explicit Uniform(std::uint64_t seed) : engine_(seed) {}
  double operator()(double low, double high) {
    return low + (high - low) * (static_cast<double>(engine_() >> 11) * 0x1p-53);
  }

 private:
  std::mt19937_64 engine_;
};

inline double relative_error(double value, long double truth) {
  return static_cast<double>(std::abs((static_cast<long double>(value) - truth) / truth));
}

}  // namespace nbt::test
