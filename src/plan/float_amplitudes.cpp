#include "plan/float_amplitudes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nbt {
namespace {

// The smallest power of two that no amplitude exceeds, so that dividing by it is exact. Not less than the smallest
// normal double, by which division is exact as well.
double unit_of(const StructureFactors& source, double default_F) {
  double largest = std::fabs(default_F);
  for (const double F : source.amplitudes) largest = std::max(largest, std::fabs(F));
  if (!(largest > 0)) return 1.0;
  return std::max(std::exp2(std::ceil(std::log2(largest))), std::numeric_limits<double>::min());
}

float scaled(double F, double unit) {
  const auto value = static_cast<float>(F / unit);
  return std::fabs(value) < std::numeric_limits<float>::min() ? 0.0f : value;
}

}  // namespace

SharedFloatAmplitudes float_amplitudes(const SharedStructureFactors& source, double default_F,
                                       SharedFloatAmplitudes kept) {
  if (kept && kept->source == source && kept->default_F == default_F) return kept;
  kept.reset();
  auto made = std::make_shared<FloatAmplitudes>();
  made->source = source;
  made->default_F = default_F;
  made->unit = unit_of(*source, default_F);
  made->amplitudes.reserve(source->amplitudes.size());
  for (const double F : source->amplitudes) made->amplitudes.push_back(scaled(F, made->unit));
  return made;
}

}  // namespace nbt
