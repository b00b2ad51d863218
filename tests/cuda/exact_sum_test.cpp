// Exact sums: any order gives the same number, and it is the right one.
#include "cuda/exact_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace nbt::cuda {
namespace {

double sum_of(const std::vector<double>& numbers) {
  ExactSum sum{};
  for (const double number : numbers) sum.add(number);
  return sum.value();
}

TEST(ExactSum, OfOneNumberIsThatNumber) {
  for (const double number : {0.0, 1.0, -1.0, 3.14159, -2.5e-40, 7e60, -1e-60, 0x1.fffffffffffffp+100, 1e-200}) {
    const double expected = std::fabs(number) < 1e-77 && number != 0 ? 0 : number;  // below 2^-256
    EXPECT_EQ(sum_of({number}), expected) << number;
  }
}

TEST(ExactSum, DoesNotDependOnTheOrder) {
  std::mt19937_64 generator(3);
  std::uniform_real_distribution<double> mantissa(-1, 1), exponent(-120, 120);
  std::vector<double> numbers(3000);
  for (double& number : numbers) number = std::ldexp(mantissa(generator), static_cast<int>(exponent(generator)));
  const double sum = sum_of(numbers);
  for (int turn = 0; turn < 5; ++turn) {
    std::shuffle(numbers.begin(), numbers.end(), generator);
    EXPECT_EQ(sum_of(numbers), sum) << "order " << turn;
  }
}

TEST(ExactSum, LosesNothingToCancellation) {
  EXPECT_EQ(sum_of({1e30, 1e-10, -1e30}), 1e-10);
  EXPECT_EQ(sum_of({-1e30, 3, 1e30, -5}), -2);
  EXPECT_EQ(sum_of({0.1, -0.1}), 0);
}

TEST(ExactSum, KeepsItsValueWhenItIsSettled) {
  ExactSum sum{};
  double expected = 0;
  for (int i = 0; i < 1000; ++i) {
    const double number = (i % 3 == 0 ? -0x1p+40 : 0x1.8p+31) * i;
    sum.add(number);
    expected += number;  // whole numbers: exact
    if (i % 100 == 7) sum.settle();
  }
  EXPECT_EQ(sum.value(), expected);
}

TEST(ExactSum, OfWhatIsTooLargeIsNotANumber) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double number : {infinity, -infinity, std::nan(""), 1e200}) {
    EXPECT_TRUE(std::isnan(sum_of({1, number}))) << number;
  }
}

}  // namespace
}  // namespace nbt::cuda
