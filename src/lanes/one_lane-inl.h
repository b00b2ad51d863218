// The lanes vocabulary for one lane: a vector is a plain double or float. Included by lanes-inl.h only.
#ifndef NBT_LANES_ONE_LANE_INL_H_
#define NBT_LANES_ONE_LANE_INL_H_

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#ifdef __CUDACC__
#define NBT_FN __host__ __device__ inline
#else
#define NBT_FN inline
#endif
#define NBT_LANES_ATTR
#define NBT_LANES one_lane
#define NBT_BEFORE_LANES() static_assert(true, "")
#define NBT_AFTER_LANES() static_assert(true, "")

namespace nbt {
namespace one_lane {

template <class T>
struct OneLane {
  using Type = T;
};

template <class D>
using Scalar = typename D::Type;
template <class D>
using Vec = typename D::Type;
template <class D>
using Mask = bool;
template <class D>
using IntegerTag = OneLane<std::conditional_t<sizeof(typename D::Type) == 4, std::int32_t, std::int64_t>>;

// Sums and products take their turns in the same pipe, as on GPUs.
inline constexpr bool sums_are_beside_products = false;

namespace ops {

template <class D>
NBT_FN Vec<D> Set(D, Scalar<D> value) {
  return value;
}
template <class D>
NBT_FN Vec<D> Zero(D) {
  return Vec<D>(0);
}

template <class T>
NBT_FN T Add(T a, T b) {
  return a + b;
}
template <class T>
NBT_FN T Sub(T a, T b) {
  return a - b;
}
template <class T>
NBT_FN T Mul(T a, T b) {
  return a * b;
}
template <class T>
NBT_FN T Div(T a, T b) {
  return a / b;
}
// a*b + c, fused where the hardware does that, as with Highway.
template <class T>
NBT_FN T MulAdd(T a, T b, T c) {
#ifdef __CUDA_ARCH__
  return fma(a, b, c);
#else
  return a * b + c;
#endif
}
template <class T>
NBT_FN T MulSub(T a, T b, T c) {
  return MulAdd(a, b, -c);
}
template <class T>
NBT_FN T NegMulAdd(T a, T b, T c) {
  return MulAdd(-a, b, c);
}
template <class T>
NBT_FN T Neg(T a) {
  return -a;
}
template <class T>
NBT_FN T Abs(T a) {
  return std::abs(a);
}
template <class T>
NBT_FN T Sqrt(T a) {
  return std::sqrt(a);
}
// To the nearest whole number, halves to even.
template <class T>
NBT_FN T Round(T a) {
  return std::nearbyint(a);
}
template <class T>
NBT_FN T Floor(T a) {
  return std::floor(a);
}
template <class T>
NBT_FN T Ceil(T a) {
  return std::ceil(a);
}
template <class T>
NBT_FN T Min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
NBT_FN T Max(T a, T b) {
  return a < b ? b : a;
}

template <class T>
NBT_FN bool Lt(T a, T b) {
  return a < b;
}
template <class T>
NBT_FN bool Le(T a, T b) {
  return a <= b;
}
template <class T>
NBT_FN bool Gt(T a, T b) {
  return a > b;
}
template <class T>
NBT_FN bool Ge(T a, T b) {
  return a >= b;
}
template <class T>
NBT_FN bool Eq(T a, T b) {
  return a == b;
}
template <class T>
NBT_FN T Xor(T a, T b) {
  return a ^ b;
}
NBT_FN bool And(bool a, bool b) {
  return a && b;
}
NBT_FN bool Or(bool a, bool b) {
  return a || b;
}
NBT_FN bool Not(bool a) {
  return !a;
}
template <class T>
NBT_FN T IfThenElse(bool mask, T yes, T no) {
  return mask ? yes : no;
}
template <class T>
NBT_FN T IfThenElseZero(bool mask, T yes) {
  return mask ? yes : T(0);
}
template <class T>
NBT_FN T IfThenZeroElse(bool mask, T no) {
  return mask ? T(0) : no;
}

// |v|/2^32 of floats: one instruction of a GPU. Written out for nvcc, which would multiply once more for a minus sign
// in what follows.
template <class D>
NBT_FN Vec<D> SizeOver2To32(D, Vec<D> v) {
#ifdef __CUDA_ARCH__
  float size;
  asm("mul.rn.f32 %0, %1, 0f2F800000;" : "=f"(size) : "f"(fabsf(v)));
  return size;
#else
  return std::abs(v) * Vec<D>(0x1p-32);
#endif
}

// On CUDA float by the card's own estimate, which is good to one unit in the last place.
template <class D>
NBT_FN Vec<D> Reciprocal(D, Vec<D> v) {
#ifdef __CUDA_ARCH__
  if constexpr (sizeof(Vec<D>) == 4) {
    float estimate;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(estimate) : "f"(v));
    return estimate;
  }
#endif
  return Vec<D>(1) / v;
}
template <class D>
NBT_FN Vec<D> ReciprocalSqrt(D, Vec<D> v) {
  return Vec<D>(1) / std::sqrt(v);
}
template <class D>
NBT_FN bool AllFalse(D, bool mask) {
  return !mask;
}
template <class D>
NBT_FN Vec<D> ConvertTo(D, Vec<IntegerTag<D>> v) {
  return static_cast<Vec<D>>(v);
}
template <class D, class T>
NBT_FN Vec<D> BitCast(D, T v) {
  return std::bit_cast<Vec<D>>(v);
}
// Arithmetic: the sign moves in.
template <int bits, class T>
NBT_FN T ShiftRight(T v) {
  return v >> bits;
}
template <class D>
NBT_FN Vec<D> ScaleByPowerOfTwo(D, Vec<D> v, Vec<D> n) {
  return std::ldexp(v, static_cast<int>(n));
}

}  // namespace ops
}  // namespace one_lane
}  // namespace nbt

#endif  // NBT_LANES_ONE_LANE_INL_H_
