// Which number moves: every resolved parameter passes here once, on its way into the formulas.
#pragma once

#include "derivatives.hpp"
#include "vectors.hpp"

namespace nbt::oracle {

class Motion {
 public:
  Motion() = default;  // nothing moves
  // Throws std::invalid_argument if no such parameter can move.
  explicit Motion(const Seed& seed);

  // `value` in the unit of the formulas, of which one unit of the parameter makes `unit`.
  Dual of(const char* parameter, Dual value, double unit = 1.0, int component = 0) const;
  VectorOf<Dual> of(const char* parameter, VectorOf<Dual> value, double unit = 1.0) const;

  const std::optional<std::array<int, 3>>& reflection() const { return seed_.reflection; }

 private:
  Seed seed_;
};

}  // namespace nbt::oracle
