// Colour maps of our own, with evenly rising lightness: drawn as paths through CIE L*a*b* (CIE 15, D65 white) and
// turned to sRGB (IEC 61966-2-1). Where a colour does not exist in sRGB its chroma is lowered, never its lightness.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nbt::io {

using Rgb = std::array<std::uint8_t, 3>;
inline constexpr std::size_t colour_count = 256;
using ColourMap = std::array<Rgb, colour_count>;

// Black over violet, red and orange to white: L* = 100 t, hue 285 + 170 t degrees, chroma at most 80 sin(pi t),
// t = 0 ... 1.
ColourMap intensity_colours();

// Blue (t = -1) over white to red (t = 1): L* = 97 - 60 |t|, hue 265 or 35 degrees, chroma at most 85 |t|.
// Equal steps from the middle are equally dark.
ColourMap difference_colours();

// The entry for a position, which is clamped to 0 ... 1.
inline const Rgb& colour_at(const ColourMap& map, double position) {
  const double clamped = position > 0 ? (position < 1 ? position : 1) : 0;
  return map[static_cast<std::size_t>(clamped * static_cast<double>(colour_count - 1) + 0.5)];
}

}  // namespace nbt::io
