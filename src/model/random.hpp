// The reference's uniform random numbers (physics.md 8.1).
#pragma once

#include <array>
#include <cstdint>

namespace nbt {

// Multiplicative congruential generator with a shuffle table. One table serves all users of a generator; each
// user keeps a seed variable of its own, which every draw advances. A seed <= 0 restarts table and sequence at
// the next draw: start a user with the negated option value. A seed > 0 goes on with the table as it is [Q35].
class RandomGenerator {
 public:
  // In (0, 1), float32.
  float uniform(std::int64_t& seed);

 private:
  void restart(std::int64_t& seed);

  std::array<std::int64_t, 32> table_{};
  std::int64_t last_ = 0;  // 0: never started
};

}  // namespace nbt
