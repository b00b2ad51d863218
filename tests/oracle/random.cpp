#include "random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nbt::oracle {
namespace {

constexpr std::int64_t modulus = 2147483647;

std::int64_t step(std::int64_t state) {
  return 16807 * state % modulus;
}

}  // namespace

float Generator::draw(std::int64_t& seed) {
  if (seed <= 0 || !started_) {
    seed = std::max<std::int64_t>(1, -seed);
    for (int i = 0; i < 8; ++i) seed = step(seed);
    for (std::size_t j = table_.size(); j-- > 0;) table_[j] = seed = step(seed);
    last_ = table_[0];
    started_ = true;
  }
  seed = step(seed);
  const auto j = static_cast<std::size_t>(last_ >> 26);
  last_ = table_[j];
  table_[j] = seed;
  constexpr double largest = 1.0 - 1.2e-7;
  const auto value = static_cast<float>((1.0 / modulus) * static_cast<double>(last_));
  return value > largest ? static_cast<float>(largest) : value;
}

Matrix random_rotation(Generator& generator, std::int64_t& seed, double cap_rad) {
  return value_of(random_rotation(generator, seed, Dual(cap_rad)));
}

MatrixOf<Dual> random_rotation(Generator& generator, std::int64_t& seed, const Dual& cap_rad) {
  const double r1 = 2.0 * generator.draw(seed) - 1.0;
  const double r2 = 2.0 * generator.draw(seed) - 1.0;
  const double r3 = 2.0 * generator.draw(seed) - 1.0;
  const float cube_root = std::pow(static_cast<float>(1.0 - r3 * r3), static_cast<float>(1.0 / 3.0));
  const double drawn_angle = static_cast<float>(cap_rad.value) * cube_root;
  const Dual angle = Dual::through(drawn_angle, cap_rad.value > 0.0 ? drawn_angle / cap_rad.value : 0.0, cap_rad);
  const double q = std::sqrt(1.0 - r2 * r2);
  const Vector n{q * std::sin(std::numbers::pi * r1), q * std::cos(std::numbers::pi * r1), r2};
  const Dual s = sin(angle), c = cos(angle), v = 1.0 - c;
  return {c + v * n.x * n.x,       v * n.x * n.y - s * n.z, v * n.x * n.z + s * n.y,
          v * n.y * n.x + s * n.z, c + v * n.y * n.y,       v * n.y * n.z - s * n.x,
          v * n.z * n.x - s * n.y, v * n.z * n.y + s * n.x, c + v * n.z * n.z};
}

Vector misset_angles(const Matrix& rotation) {
  const Vector row0 = unit(Vector{rotation[0], rotation[1], rotation[2]});
  const Vector row1 = unit(Vector{rotation[3], rotation[4], rotation[5]});
  const Vector row2 = unit(Vector{rotation[6], rotation[7], rotation[8]});
  if (row2.x * row2.x >= 1.0) return {std::numbers::pi, std::numbers::pi / 2.0, std::atan2(row0.y, -row1.y)};
  return {std::atan2(row2.y, row2.z), std::atan2(-row2.x, std::sqrt(row2.y * row2.y + row2.z * row2.z)),
          std::atan2(row1.x, row0.x)};
}

}  // namespace nbt::oracle
