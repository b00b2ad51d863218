#include "io/colour_map.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nbt::io {
namespace {

// Lightness 0 ... 100, chroma, hue: the polar form of L*a*b*.
struct LightnessChromaHue {
  double lightness;
  double chroma;
  double hue_deg;
};

using Triple = std::array<double, 3>;

// The inverse of the cube root with a straight piece near black (CIE 15).
double from_cube_root(double t) {
  constexpr double junction = 6.0 / 29.0;
  return t > junction ? t * t * t : 3 * junction * junction * (t - 4.0 / 29.0);
}

// Linear light, 0 ... 1 for what sRGB can show.
Triple linear_srgb(const LightnessChromaHue& colour) {
  const double hue = colour.hue_deg * std::numbers::pi / 180;
  const double fy = (colour.lightness + 16) / 116;
  const double x = 0.95047 * from_cube_root(fy + colour.chroma * std::cos(hue) / 500);
  const double y = from_cube_root(fy);
  const double z = 1.08883 * from_cube_root(fy - colour.chroma * std::sin(hue) / 200);
  return {3.2406 * x - 1.5372 * y - 0.4986 * z,   //
          -0.9689 * x + 1.8758 * y + 0.0415 * z,  //
          0.0557 * x - 0.2040 * y + 1.0570 * z};
}

bool can_be_shown(const LightnessChromaHue& colour) {
  constexpr double slack = 1e-3;  // the matrix above has four digits
  const Triple linear = linear_srgb(colour);
  return std::all_of(linear.begin(), linear.end(), [](double v) { return v >= -slack && v <= 1 + slack; });
}

LightnessChromaHue within_srgb(LightnessChromaHue colour) {
  if (can_be_shown(colour)) return colour;
  double low = 0;
  double high = colour.chroma;
  for (int step = 0; step < 30; ++step) {
    colour.chroma = (low + high) / 2;
    (can_be_shown(colour) ? low : high) = colour.chroma;
  }
  colour.chroma = low;
  return colour;
}

std::uint8_t encoded(double linear) {
  const double light = std::clamp(linear, 0.0, 1.0);
  const double value = light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255 * value));
}

Rgb shown(const LightnessChromaHue& wanted) {
  const Triple linear = linear_srgb(within_srgb(wanted));
  return {encoded(linear[0]), encoded(linear[1]), encoded(linear[2])};
}

template <class Path>
ColourMap map_along(Path path, double first, double last) {
  ColourMap map;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(map.size() - 1);
    map[i] = shown(path(first + (last - first) * share));
  }
  return map;
}

}  // namespace

ColourMap intensity_colours() {
  const auto path = [](double t) {
    return LightnessChromaHue{100 * t, 80 * std::sin(std::numbers::pi * t), 285 + 170 * t};
  };
  return map_along(path, 0, 1);
}

ColourMap difference_colours() {
  const auto path = [](double t) {
    return LightnessChromaHue{97 - 60 * std::abs(t), 85 * std::abs(t), t < 0 ? 265.0 : 35.0};
  };
  return map_along(path, -1, 1);
}

}  // namespace nbt::io
