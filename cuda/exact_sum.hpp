// Sums of doubles whose result does not depend on the order: integers that any number of threads add to at once.
//
// A sum holds the multiples of 2^-256 up to 2^224 in digits of 32 bits, each in 64 bits, so that 2^31 numbers can be
// added before the carries must be propagated. What a number has below 2^-256 is cut off. Numbers of 2^213 and more,
// infinities and NaN make the sum NaN.
#pragma once

#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "cuda/team.hpp"

namespace nbt::cuda {

inline constexpr int exact_digits = 15;
inline constexpr int exact_lowest_bit = -256;
inline constexpr std::int64_t most_exact_additions = std::int64_t{1} << 31;  // without settle()

struct ExactSum {
  std::int64_t digit[exact_digits];
  std::int64_t failures;  // numbers that were too large

  NBT_KERNEL_CALL void add(double number) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    const int exponent = static_cast<int>((bits >> 52) & 0x7ff);
    if (exponent == 0) return;  // 0, or far below the lowest bit
    // The number is mantissa * 2^(place + exact_lowest_bit).
    std::uint64_t mantissa = (bits & 0xfffffffffffffULL) | 0x10000000000000ULL;
    int place = exponent - 1075 - exact_lowest_bit;
    if (place < 0) {
      mantissa = place > -64 ? mantissa >> -place : 0;
      place = 0;
    }
    const int first = place / 32, shift = place % 32;
    if (first > exact_digits - 3) {
      add_to(failures, 1);
      return;
    }
    const std::uint64_t part[3] = {(mantissa << shift) & 0xffffffffULL, (mantissa >> (32 - shift)) & 0xffffffffULL,
                                   shift == 0 ? 0 : mantissa >> (64 - shift)};
    for (int i = 0; i < 3; ++i) {
      const auto size = static_cast<std::int64_t>(part[i]);
      if (size != 0) add_to(digit[first + i], number < 0 ? -size : size);
    }
  }

  // Propagates the carries: afterwards digits are 0 ... 2^32 - 1, but for the last one, which has the sign.
  NBT_KERNEL_FN void settle() {
    for (int i = 0; i + 1 < exact_digits; ++i) {
      digit[i + 1] += digit[i] >> 32;
      digit[i] &= 0xffffffff;
    }
  }

  // To 2 units in the last place, always the same number for the same sum.
  NBT_KERNEL_FN double value() const {
    if (failures != 0) return std::numeric_limits<double>::quiet_NaN();
    ExactSum sum = *this;
    sum.settle();
    const bool negative = sum.digit[exact_digits - 1] < 0;
    if (negative) {
      for (int i = 0; i < exact_digits; ++i) sum.digit[i] = -sum.digit[i];
      sum.settle();
    }
    double size = 0;
    for (int i = exact_digits - 1; i >= 0; --i) {
      size += std::ldexp(static_cast<double>(sum.digit[i]), 32 * i + exact_lowest_bit);
    }
    return negative ? -size : size;
  }

  static NBT_KERNEL_FN void add_to(std::int64_t& sum, std::int64_t number) {
#ifdef __CUDACC__
    atomicAdd(reinterpret_cast<unsigned long long*>(&sum), static_cast<unsigned long long>(number));
#else
    std::atomic_ref<std::int64_t>(sum).fetch_add(number, std::memory_order_relaxed);
#endif
  }
};

}  // namespace nbt::cuda
