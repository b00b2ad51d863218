// Numbers as unevaluated sums of two floats, 48 bits together, for cards whose double arithmetic is slow.
//
// Error of a product 2^-46 of its size, of a sum 2^-46 of the larger summand; exact where stated. Range of float.
#pragma once

#include "cuda/team.hpp"

namespace nbt::cuda {

struct FloatPair {
  float high = 0;
  float low = 0;  // at most half a unit in the last place of `high`

  NBT_KERNEL_FN double value() const { return static_cast<double>(high) + static_cast<double>(low); }
};

NBT_KERNEL_FN FloatPair float_pair(double x) {
  const auto high = static_cast<float>(x);
  return {high, static_cast<float>(x - static_cast<double>(high))};
}

// a + b for |a| >= |b| or a = 0; exact.
NBT_KERNEL_FN FloatPair ordered_sum(float a, float b) {
  const float sum = a + b;
  return {sum, b - (sum - a)};
}

// a + b; exact.
NBT_KERNEL_FN FloatPair exact_sum(float a, float b) {
  const float sum = a + b;
  const float b_in_it = sum - a;
  return {sum, (a - (sum - b_in_it)) + (b - b_in_it)};
}

// a * b; exact.
NBT_KERNEL_FN FloatPair exact_product(float a, float b) {
  const float product = a * b;
#ifdef __CUDA_ARCH__
  return {product, __fmaf_rn(a, b, -product)};
#else
  return {product, static_cast<float>(static_cast<double>(a) * static_cast<double>(b) - static_cast<double>(product))};
#endif
}

NBT_KERNEL_FN FloatPair operator+(const FloatPair& a, const FloatPair& b) {
  const FloatPair sum = exact_sum(a.high, b.high);
  return ordered_sum(sum.high, sum.low + (a.low + b.low));
}

NBT_KERNEL_FN FloatPair operator*(const FloatPair& a, const FloatPair& b) {
  const FloatPair product = exact_product(a.high, b.high);
  return ordered_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

}  // namespace nbt::cuda
