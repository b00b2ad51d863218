// Exact derivatives of the image by dual numbers, for one parameter at a time:
//
//   nbt::oracle::Seed seed;
//   seed.parameter = "detector.distance_mm";
//   auto truth = nbt::oracle::differentiate(scene.arguments, scene.options, seed);
//
// A parameter that has an automatic value is differentiated at the value it was resolved to; other automatic values
// follow, as they do when the argument changes. One that does not act gives zero: the origin where the beam centre
// places the detector, the fluence where a flux decides, cell counts where the sample's size does. Branches, whole
// numbers (pixel counts, steps, nearest indices) and the cell of an interpolation are held; what a border sweeps over
// gives no term (numerics.md 9).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "oracle.hpp"

namespace nbt::oracle {

// What moves: a parameter of the library by its name, and which of its components; or the amplitude of a reflection.
struct Seed {
  std::string parameter;  // "detector.distance_mm"; empty when `reflection` is set
  int component = 0;
  std::optional<std::array<int, 3>> reflection;  // inside the grid of amplitudes
};

struct DerivativeImage {
  int fast = 0;
  int slow = 0;
  std::vector<double> image;       // slow-major, not rounded, as Result::image
  std::vector<double> derivative;  // per unit of the parameter: mm, deg, A, percent, ...
  // What rounding errors of the derivative scale with: the sum, over evaluations and over the ways in (lattice factor
  // and amplitude through h, k and l each, solid angle, polarization, capture, scale, background), of |contribution|.
  std::vector<double> absolute;
};

// Throws std::invalid_argument for a parameter that cannot move and with the compatibility token running-product.
DerivativeImage differentiate(const std::vector<std::string>& arguments, const Options& options, const Seed& seed);

}  // namespace nbt::oracle
