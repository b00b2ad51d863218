#include "model/random.hpp"

#include <algorithm>

namespace nbt {
namespace {

constexpr std::int64_t modulus = 2147483647;
constexpr std::int64_t multiplier = 16807;
constexpr std::int64_t values_per_table_slot = std::int64_t{1} << 26;
constexpr int warm_up_steps = 8;
// Keeps 1 out of the range: the largest result is the float32 nearest to this.
constexpr double largest_result = 1 - 1.2e-7;

std::int64_t next_state(std::int64_t state) {
  return multiplier * (state % modulus) % modulus;
}

}  // namespace

void RandomGenerator::restart(std::int64_t& seed) {
  seed = std::max<std::int64_t>(1, -seed);
  for (int step = 0; step < warm_up_steps; ++step) seed = next_state(seed);
  for (auto slot = table_.rbegin(); slot != table_.rend(); ++slot) *slot = seed = next_state(seed);
  last_ = table_.front();
}

float RandomGenerator::uniform(std::int64_t& seed) {
  if (seed <= 0 || last_ == 0) restart(seed);
  seed = next_state(seed);
  auto& slot = table_[static_cast<std::size_t>(last_ / values_per_table_slot)];
  last_ = slot;
  slot = seed;
  const auto result = static_cast<float>((1.0 / static_cast<double>(modulus)) * static_cast<double>(last_));
  return static_cast<double>(result) > largest_result ? static_cast<float>(largest_result) : result;
}

}  // namespace nbt
