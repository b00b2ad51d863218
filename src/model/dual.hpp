// A number with its derivative with respect to one input: forward-mode differentiation of formulas that are
// templates over their number type and say `using std::sin; sin(x)`.
//
// One tangent: several derivatives are several runs. Comparisons look at the values, so branches are those of the
// double formula and count as locally constant. At 0, fabs has the derivative 0, and sqrt has an infinite one unless
// its argument is constant. Values are those of the same formula in double.
#pragma once

#include <cmath>
#include <compare>

namespace nbt {

struct Dual {
  double value = 0;
  double tangent = 0;

  constexpr Dual() = default;
  constexpr Dual(double v) : value(v) {}  // implicit: a constant
  constexpr Dual(double v, double t) : value(v), tangent(t) {}
};

constexpr Dual operator-(const Dual& a) {
  return {-a.value, -a.tangent};
}
constexpr Dual operator+(const Dual& a, const Dual& b) {
  return {a.value + b.value, a.tangent + b.tangent};
}
constexpr Dual operator-(const Dual& a, const Dual& b) {
  return {a.value - b.value, a.tangent - b.tangent};
}
constexpr Dual operator*(const Dual& a, const Dual& b) {
  return {a.value * b.value, a.tangent * b.value + a.value * b.tangent};
}
constexpr Dual operator/(const Dual& a, const Dual& b) {
  const double ratio = a.value / b.value;
  return {ratio, (a.tangent - ratio * b.tangent) / b.value};
}

constexpr bool operator==(const Dual& a, const Dual& b) {
  return a.value == b.value;
}
constexpr std::partial_ordering operator<=>(const Dual& a, const Dual& b) {
  return a.value <=> b.value;
}

inline Dual sqrt(const Dual& a) {
  const double root = std::sqrt(a.value);
  return {root, a.tangent == 0 ? 0 : a.tangent / (2 * root)};
}
inline Dual sin(const Dual& a) {
  return {std::sin(a.value), std::cos(a.value) * a.tangent};
}
inline Dual cos(const Dual& a) {
  return {std::cos(a.value), -std::sin(a.value) * a.tangent};
}
inline Dual atan2(const Dual& y, const Dual& x) {
  const double square = x.value * x.value + y.value * y.value;
  return {std::atan2(y.value, x.value), (x.value * y.tangent - y.value * x.tangent) / square};
}
inline Dual fabs(const Dual& a) {
  const double sign = a.value > 0 ? 1 : a.value < 0 ? -1 : 0;
  return {std::fabs(a.value), sign * a.tangent};
}

// The number without its derivative, for what is locally constant (counts) or is put into words.
constexpr double value_of(double a) {
  return a;
}
constexpr double value_of(const Dual& a) {
  return a.value;
}

// `a` moving by `tangent` more; in double there is nothing to add.
constexpr double with_tangent(double a, double /*tangent*/) {
  return a;
}
constexpr Dual with_tangent(const Dual& a, double tangent) {
  return {a.value, a.tangent + tangent};
}

// Zero, and staying zero: what may be left out of a formula. A dual number that is 0 can still move; what is not left
// out then may differ from double in the sign of a zero.
constexpr bool stays_zero(double a) {
  return a == 0;
}
constexpr bool stays_zero(const Dual& a) {
  return a.value == 0 && a.tangent == 0;
}

}  // namespace nbt
