#include "model/random_rotation.hpp"

#include <cmath>
#include <numbers>

namespace nbt {
namespace {

// U = cos w I + (1 - cos w) n n^T + sin w [n]x, products taken from left to right as the reference does.
Matrix3 rotation_matrix(const Vector3& n, double angle) {
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  const double versine = 1 - cosine;
  const double xy = versine * n.x * n.y;
  const double xz = versine * n.x * n.z;
  const double yz = versine * n.y * n.z;
  return {cosine + versine * (n.x * n.x),
          xy - sine * n.z,
          xz + sine * n.y,  //
          xy + sine * n.z,
          cosine + versine * (n.y * n.y),
          yz - sine * n.x,  //
          xz - sine * n.y,
          yz + sine * n.x,
          cosine + versine * (n.z * n.z)};
}

double symmetric_draw(RandomGenerator& generator, std::int64_t& seed) {
  return 2 * static_cast<double>(generator.uniform(seed)) - 1;
}

}  // namespace

// Formula and every float32 rounding: physics.md 8.3.
RandomRotation random_rotation(RandomGenerator& generator, std::int64_t& seed, double cap_radians) {
  const double r1 = symmetric_draw(generator, seed);
  const double r2 = symmetric_draw(generator, seed);
  const double r3 = symmetric_draw(generator, seed);
  const float part_of_cap = std::pow(static_cast<float>(1 - r3 * r3), static_cast<float>(1.0 / 3.0));
  const double angle = static_cast<double>(static_cast<float>(cap_radians) * part_of_cap);
  const double in_plane = std::sqrt(1 - r2 * r2);
  const Vector3 axis{in_plane * std::sin(std::numbers::pi * r1), in_plane * std::cos(std::numbers::pi * r1), r2};
  return {rotation_matrix(axis, angle), axis, angle};
}

}  // namespace nbt
