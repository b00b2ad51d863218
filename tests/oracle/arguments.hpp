// What a nanoBragg argument list asks for, before any default or automatic choice.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "semantics.hpp"
#include "vectors.hpp"

namespace nbt::oracle {

enum class Convention { adxv, mosflm, denzo, xds, dials, custom };
enum class Pivot { beam, sample };
enum class Shape { square, round, gauss, tophat };

// 180 * (1/pi), with 1/pi rounded to double first; angles are divided by it.
double degrees_per_radian();

// Count, range and step of a scan as given; negative or absent means unset.
struct Scan {
  int count = -1;
  double range = -1.0;
  double step = -1.0;
};

// Lengths in metres, angles in radians, cell lengths in Angstrom.
struct Request {
  // crystal
  std::optional<std::string> matrix_file, hkl_file, source_file, mask_file, image_file;
  std::string dump_file = "Fdump.bin";
  std::array<double, 6> cell{};
  int cell_values = 0;
  bool misset_random = false;
  Vector misset;
  std::optional<long long> misset_seed, noise_seed;
  double default_amplitude = 0.0;
  int cells_a = 1, cells_b = 1, cells_c = 1;
  double sample_a = 0.0, sample_b = 0.0, sample_c = 0.0;
  Shape shape = Shape::square;
  double fudge = 1.0;
  double mosaic_spread = -1.0;
  int mosaic_domains = -1;
  long long mosaic_seed = -12345678;
  std::optional<bool> interpolate;
  double dmin = 0.0;

  // detector
  double pixel_size = 0.1e-3;
  int fast_pixels = 0, slow_pixels = 0;
  double fast_size = 102.4e-3, slow_size = 102.4e-3;
  double distance = 100e-3;
  std::optional<double> close_distance;
  Convention convention = Convention::mosflm;
  Convention named_convention = Convention::mosflm;  // the last convention flag, for fix custom-convention
  Pivot pivot = Pivot::beam;
  std::optional<Pivot> pivot_option;  // set by options other than convention flags, for fix forced-pivot
  std::optional<Vector> fast_axis, slow_axis, normal_axis, beam_axis, polar_axis, spindle_axis, twotheta_axis, pix0;
  std::optional<double> x_beam, y_beam, x_close, y_close, orgx, orgy;
  Vector rotation;
  double twotheta = 0.0;
  bool curved = false;
  bool point_pixel = false;
  double attenuation = -1.0;
  double thickness = 0.0;
  int layer_count = -1;
  std::array<int, 4> roi = {-1, -1, -1, -1};
  int oversample = -1;
  bool oversample_thick = false, oversample_polar = false, oversample_omega = false;

  // beam
  double wavelength = 1e-10;
  Scan dispersion{-1, 0.0, -1.0};
  Scan horizontal, vertical;
  bool round_divergence = true;
  double kahn = 0.0;
  bool unpolarised = false;  // -nopolar
  double fluence = 125932015286227086360700780544.0;
  double flux = 0.0, exposure = 1.0, beamsize = 0.1e-3;
  Scan phi;
  double phi_start = 0.0;
  double water = 0.0;
};

// `read` gives the contents of a file, for image and mask headers.
using FileReader = std::function<std::string(const std::string& name)>;

Request parse_arguments(const std::vector<std::string>& arguments, const Semantics& semantics, const FileReader& read);

}  // namespace nbt::oracle
