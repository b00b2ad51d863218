// Position, solid angle, absorption, polarization, Miller indices.
#include <gtest/gtest.h>

#include <array>
#include <numbers>

#include "model/vector.hpp"
#include "one_lane.hpp"
#include "physics/absorption-inl.h"
#include "physics/pixel_position-inl.h"
#include "physics/polarization-inl.h"
#include "physics/scattering-inl.h"
#include "physics/solid_angle-inl.h"

namespace nbt::test {
namespace {

Vector3 random_direction(Uniform& uniform) {
  return unit(Vector3{uniform(-1, 1), uniform(-1, 1), uniform(-1, 1)});
}

using Triple = double[3];
void copy(const Vector3& v, Triple& to) {
  to[0] = v.x;
  to[1] = v.y;
  to[2] = v.z;
}

// Kahn's form with an angle: (1 + c^2 - K cos(2 psi)(1 - c^2))/2.
double kahn_with_angle(double kahn, const Vector3& i, const Vector3& d, const Vector3& axis) {
  const Vector3 magnetic = unit(cross(axis, i));
  const Vector3 electric = unit(cross(i, magnetic));
  const double psi = -std::atan2(dot(d, magnetic), dot(d, electric));
  const double c2 = dot(i, d) * dot(i, d);
  return 0.5 * (1 + c2 - kahn * std::cos(2 * psi) * (1 - c2));
}

double polarization(double kahn, const Vector3& i, const Vector3& d, const Vector3& axis) {
  return one_lane::Polarization(Double(), dot(i, d), dot(unit(cross(axis, i)), d), kahn);
}

TEST(Polarization, EqualsTheFormWithTheAngle) {
  Uniform uniform(21);
  for (int n = 0; n < 20000; ++n) {
    const Vector3 i = random_direction(uniform), d = random_direction(uniform), axis = random_direction(uniform);
    const double kahn = uniform(-1, 1);
    EXPECT_NEAR(polarization(kahn, i, d, axis), kahn_with_angle(kahn, i, d, axis), 2e-15);
  }
}

TEST(Polarization, HasTheRightLimits) {
  const Vector3 beam = {1, 0, 0}, axis = {0, 0, 1};
  EXPECT_DOUBLE_EQ(polarization(0.7, beam, beam, axis), 1);       // straight on: nothing is lost
  EXPECT_NEAR(polarization(1, beam, {0, 0, 1}, axis), 0, 1e-16);  // a dipole does not shine along itself
  EXPECT_DOUBLE_EQ(polarization(1, beam, {0, 1, 0}, axis), 1);    // and fully across
  EXPECT_DOUBLE_EQ(polarization(0, beam, {0, 1, 0}, axis), 0.5);  // unpolarized, 90 degrees
  EXPECT_DOUBLE_EQ(polarization(0.5, beam, {0, 1, 0}, beam),      // axis along the beam: no frame, psi = 0
                   kahn_with_angle(0.5, beam, {0, 1, 0}, beam));
}

TEST(Polarization, HasAShortFormWithoutPolarization) {
  Uniform uniform(25);
  for (int n = 0; n < 1000; ++n) {
    const double cosine = uniform(-1, 1);
    EXPECT_DOUBLE_EQ(one_lane::UnpolarizedFactor(Double(), cosine), 0.5 * (1 + cosine * cosine));
  }
}

TEST(SolidAngle, FallsWithTheSquareOfTheDistanceAndTheObliquity) {
  EXPECT_DOUBLE_EQ(one_lane::SolidAngle(Double(), 1 / 0.2, 1e-8 * 0.2), 1e-8 / 0.04);
  EXPECT_DOUBLE_EQ(one_lane::SolidAngle(Double(), 1 / 0.4, 1e-8 * 0.2), 1e-8 / 0.16 / 2);
  EXPECT_DOUBLE_EQ(one_lane::PointSolidAngle(Double(), 1 / 0.4, 1.0), 1 / 0.16);
}

// Pixels of a plane see half of all directions.
TEST(SolidAngle, OfAHugePlaneIsHalfTheSphere) {
  const double pitch = 0.02, distance = 1;
  double sum = 0;
  for (int f = -2000; f < 2000; ++f) {
    for (int s = -2000; s < 2000; ++s) {
      const double x = (f + 0.5) * pitch, y = (s + 0.5) * pitch;
      const double inverse = 1 / std::sqrt(x * x + y * y + distance * distance);
      sum += one_lane::SolidAngle(Double(), inverse, pitch * pitch * distance);
    }
  }
  // What lies outside a square of half width w is about 4 sqrt(2) distance/w.
  EXPECT_NEAR(sum / (2 * std::numbers::pi), 1 - 4 * std::sqrt(2.0) / 40 / (2 * std::numbers::pi), 1e-4);
}

TEST(CaptureFraction, EqualsTheDifferenceOfExponentials) {
  Uniform uniform(22);
  for (int n = 0; n < 20000; ++n) {
    const double obliquity = uniform(0.05, 1), layer = std::floor(uniform(0, 20));
    const double absorption = std::pow(10.0, uniform(-12, 1));
    const long double x = static_cast<long double>(absorption) / obliquity;
    const long double truth = -expl(-layer * x) * expm1l(-x);
    if (layer * x > 600) continue;
    const double bound = 4e-15 + 4e-16 * static_cast<double>(layer * x);
    EXPECT_LT(relative_error(one_lane::CaptureFraction(Double(), obliquity, layer, absorption), truth), bound)
        << obliquity << ' ' << layer << ' ' << absorption;
  }
}

TEST(CaptureFraction, LayersTogetherStopWhatTheWholeSensorStops) {
  double sum = 0;
  for (int layer = 0; layer < 25; ++layer) sum += one_lane::CaptureFraction(Double(), 0.8, layer, 0.03);
  EXPECT_NEAR(sum, -std::expm1(-25 * 0.03 / 0.8), 1e-15);
}

TEST(CurvedPosition, IsTwoRotationsOfTheStraightBeam) {
  Uniform uniform(23);
  for (int n = 0; n < 10000; ++n) {
    const Vector3 straight = 0.3 * random_direction(uniform);
    const Vector3 u1 = random_direction(uniform), u2 = random_direction(uniform);
    const double angle1 = uniform(-7, 7), angle2 = uniform(-7, 7);
    const Vector3 truth = rotate_about(rotate_about(straight, u1, angle1), u2, angle2);
    Triple s, axis1, axis2;
    copy(straight, s);
    copy(u1, axis1);
    copy(u2, axis2);
    double x, y, z;
    one_lane::CurvedPosition(Double(), s, axis1, angle1, axis2, angle2, x, y, z);
    EXPECT_NEAR(x, truth.x, 2e-15);
    EXPECT_NEAR(y, truth.y, 2e-15);
    EXPECT_NEAR(z, truth.z, 2e-15);
  }
}

// Two products on a flat row give the index that three give, to a few units in the last place of |a|/lambda.
TEST(MillerIndex, TwoProductsEqualThree) {
  Uniform uniform(24);
  const double wavelength = 1e-10;
  for (int n = 0; n < 20000; ++n) {
    const Vector3 a = uniform(20, 300) * 1e-10 * random_direction(uniform);
    const Vector3 i = random_direction(uniform), fast = random_direction(uniform);
    const Vector3 anchor = uniform(0.05, 1) * random_direction(uniform);
    const double y = uniform(-0.02, 0.02);
    const Vector3 position = anchor + y * fast;
    const double inverse = 1 / length(position);
    const Vector3 d = inverse * position;
    const double offset = dot(a, i) / wavelength;
    const double h2 =
        one_lane::MillerIndex2(inverse, y * inverse, dot(a, anchor) / wavelength, dot(a, fast) / wavelength, offset);
    const double h3 =
        a.z / wavelength * d.z + one_lane::MillerIndex2(d.x, d.y, a.x / wavelength, a.y / wavelength, offset);
    const double truth = dot(a, {(d.x - i.x) / wavelength, (d.y - i.y) / wavelength, (d.z - i.z) / wavelength});
    const double bound = 1.5e-15 * length(a) / wavelength;
    EXPECT_NEAR(h2, truth, bound);
    EXPECT_NEAR(h3, truth, bound);
  }
}

TEST(WithinResolution, CutsAtTheBraggSpacing) {
  for (const double angle : {0.1, 0.5, 1.5}) {
    const double spacing_over_wavelength = 0.5 / std::sin(angle / 2);
    const double cosine = std::cos(angle);
    EXPECT_TRUE(one_lane::WithinResolution(Double(), cosine, 1 / (spacing_over_wavelength * (1 - 1e-12))));
    EXPECT_FALSE(one_lane::WithinResolution(Double(), cosine, 1 / (spacing_over_wavelength * (1 + 1e-12))));
  }
}

}  // namespace
}  // namespace nbt::test
