// What the header of an SMV image says about a scene (files-and-cli.md 4.2).
#pragma once

#include <array>

#include "formats/smv.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt::formats {

// Of the first panel. `scene` is what `parameters` resolve to.
SmvHeaderFields header_of(const Parameters& parameters, const Scene& scene);

// The corner of the first pixel in the frame of DIALS, in which the beam travels along -z (physics.md 3.5).
std::array<double, 3> dials_origin_mm(const Panel& panel);

// XDS counts pixels from 1.
double origin_pixels(double close_m, const Panel& panel);

}  // namespace nbt::formats
