// Numbers that carry their derivative: forward-mode differentiation by dual numbers.
#pragma once

#include <cmath>
#include <type_traits>

namespace nbt::oracle {

// The value obeys the arithmetic of double, operation by operation.
struct Dual {
  double value = 0.0;
  double tangent = 0.0;   // derivative with respect to the one parameter that moves
  double absolute = 0.0;  // the tangent with every sum taken over absolute values, since the number was last settled

  constexpr Dual() = default;
  constexpr Dual(double constant) : value(constant) {}  // implicit: constants mix with moving numbers
  constexpr Dual(double v, double t, double a) : value(v), tangent(t), absolute(a) {}

  // f(x) with the derivative `slope` = f'(x).
  static Dual through(double value, double slope, const Dual& x) {
    return {value, slope * x.tangent, std::abs(slope) * x.absolute};
  }

  friend Dual operator+(const Dual& a, const Dual& b) {
    return {a.value + b.value, a.tangent + b.tangent, a.absolute + b.absolute};
  }
  friend Dual operator-(const Dual& a, const Dual& b) {
    return {a.value - b.value, a.tangent - b.tangent, a.absolute + b.absolute};
  }
  friend Dual operator-(const Dual& a) { return {-a.value, -a.tangent, a.absolute}; }
  friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.tangent * b.value + a.value * b.tangent,
            a.absolute * std::abs(b.value) + std::abs(a.value) * b.absolute};
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const double quotient = a.value / b.value;
    return {quotient, (a.tangent - quotient * b.tangent) / b.value,
            (a.absolute + std::abs(quotient) * b.absolute) / std::abs(b.value)};
  }
  Dual& operator+=(const Dual& b) { return *this = *this + b; }
  Dual& operator*=(const Dual& b) { return *this = *this * b; }

  // Branches depend on values alone.
  friend bool operator==(const Dual& a, const Dual& b) { return a.value == b.value; }
  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend bool operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
};

inline Dual sin(const Dual& x) {
  return Dual::through(std::sin(x.value), std::cos(x.value), x);
}
inline Dual cos(const Dual& x) {
  return Dual::through(std::cos(x.value), -std::sin(x.value), x);
}
inline Dual exp(const Dual& x) {
  const double value = std::exp(x.value);
  return Dual::through(value, value, x);
}
inline Dual abs(const Dual& x) {
  return Dual::through(std::abs(x.value), x.value < 0.0 ? -1.0 : 1.0, x);
}
// At zero, where only vectors without direction lead, the slope is taken as zero.
inline Dual sqrt(const Dual& x) {
  const double root = std::sqrt(x.value);
  return Dual::through(root, root > 0.0 ? 0.5 / root : 0.0, x);
}

inline double value_of(double x) {
  return x;
}
inline double value_of(const Dual& x) {
  return x.value;
}

// The number as the type that a formula works with.
template <class Real>
Real as(const Dual& x) {
  if constexpr (std::is_same_v<Real, double>) {
    return x.value;
  } else {
    return x;
  }
}

// Whether a number is zero and stays zero.
inline bool stays_zero(double x) {
  return x == 0.0;
}
inline bool stays_zero(const Dual& x) {
  return x.value == 0.0 && x.tangent == 0.0;
}

// Takes the number as one quantity: what cancelled inside it no longer counts in `absolute`.
inline double settled(double x) {
  return x;
}
inline Dual settled(const Dual& x) {
  return {x.value, x.tangent, std::abs(x.tangent)};
}

}  // namespace nbt::oracle
