// Vectors of dual numbers, put together and taken apart.
#pragma once

#include "model/dual.hpp"
#include "model/vector.hpp"

namespace nbt {

inline VectorOf<Dual> moving(const Vector3& at, const Vector3& tangent) {
  return {{at.x, tangent.x}, {at.y, tangent.y}, {at.z, tangent.z}};
}
inline Vector3 value_of(const VectorOf<Dual>& v) {
  return {v.x.value, v.y.value, v.z.value};
}
inline Vector3 tangent_of(const VectorOf<Dual>& v) {
  return {v.x.tangent, v.y.tangent, v.z.tangent};
}

}  // namespace nbt
