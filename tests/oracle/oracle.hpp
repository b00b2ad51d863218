// The slow truth: a scalar double implementation of the whole specification that shares no code with the
// product. It takes the arguments of a nanoBragg command line and gives the image before rounding to float32.
//
//   auto scene = nbt::oracle::random_scene(17);
//   scene.write_inputs(directory);
//   auto options = scene.options;
//   options.directory = directory;
//   auto truth = nbt::oracle::render(scene.arguments, options);
//
// Everything here throws std::invalid_argument when the arguments describe nothing that can be rendered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vectors.hpp"

namespace nbt::oracle {

struct Reflection {
  int h = 0;
  int k = 0;
  int l = 0;
  double amplitude = 0.0;
};

// One row of a source file: only the direction of `position` counts.
template <class Real>
struct SourceRowOf {
  VectorOf<Real> position;
  double weight = 1.0;
  Real wavelength_m = 0.0;
};

using SourceRow = SourceRowOf<double>;

struct PixelIndex {
  int slow = 0;
  int fast = 0;
};

struct Options {
  // Tokens of reference-quirks.md; "nanobragg" in `compat` stands for every token of a C or E row, clears `fix`.
  std::set<std::string> compat;
  std::set<std::string> fix;
  // "spec" or "c-parity"; empty leaves the choice to `compat`.
  std::string phi_carryover;
  int carryover_threads = 1;

  // Input files named in the arguments: looked up in `files` (name as in the arguments -> contents),
  // then relative to `directory`.
  std::filesystem::path directory = ".";
  std::map<std::string, std::string> files;

  // Data from memory; each replaces what the arguments say.
  std::optional<std::vector<Reflection>> reflections;
  std::optional<std::vector<SourceRow>> sources;
  std::optional<std::vector<Matrix>> mosaic_rotations;
  std::optional<std::vector<std::uint8_t>> mask;  // one per pixel, slow-major; 0 is not rendered

  std::optional<PixelIndex> trace_pixel;
};

// What physics.md calls the derived values, after every default and automatic choice. Metres, radians, except
// where the name says otherwise.
struct Derived {
  double pixel_size_m = 0.0;
  std::string convention;
  std::string pivot;
  Vector fast_axis, slow_axis, normal_axis, origin_m;
  Vector beam_axis, polarization_axis, spindle_axis, twotheta_axis;
  double distance_m = 0.0;
  double close_distance_m = 0.0;
  double fast_beam_m = 0.0, slow_beam_m = 0.0;    // F_b, S_b recomputed
  double fast_close_m = 0.0, slow_close_m = 0.0;  // Fc, Sc recomputed
  double x_beam_m = 0.0, y_beam_m = 0.0;          // as given or defaulted
  Vector dials_origin_mm;
  double wavelength_m = 0.0;
  double fluence_per_m2 = 0.0;
  Vector a_A, b_A, c_A;           // after misset
  Vector a_star, b_star, c_star;  // 1/Angstrom
  int cells_a = 1, cells_b = 1, cells_c = 1;
  Vector misset_rad;
  std::vector<double> phi_rad;
  int oversample = 1;
  int layers = 1;
  double layer_step_m = 0.0;
  double attenuation_per_m = -1.0;  // -1: never set
  double mosaic_spread_rad = 0.0;
  std::vector<Matrix> mosaic_matrices;
  std::vector<Vector> source_directions;  // unit vectors from sample to source
  std::vector<double> source_wavelengths_m;
  std::vector<double> source_weights;  // mean 1 over the sources; all 1 with equal-source-weights
  double steps = 1.0;
  bool interpolation_at_start = false;
  std::optional<PixelIndex> interpolation_off_at;
  double background_sum = 0.0;  // I_bg of physics.md 9
  int roi_fast_min = 0, roi_fast_max = 0, roi_slow_min = 0, roi_slow_max = 0;
  double reported_solid_angle = 0.0;
};

// One pass through the innermost loop that was not culled by dmin.
struct Evaluation {
  int layer = 0, sub_slow = 0, sub_fast = 0, source = 0, phi_index = 0, mosaic_index = 0;
  double phi_rad = 0.0;
  double orientation_phi_rad = 0.0;  // differs from phi_rad where the orientation is stale
  Vector position_m;
  double airpath_m = 0.0;
  Vector diffracted, incident;
  double wavelength_m = 0.0;
  Vector scattering_per_m;
  double solid_angle = 0.0, polarization = 0.0, capture = 0.0;
  Vector a_A, b_A, c_A;
  Vector hkl;
  int h0 = 0, k0 = 0, l0 = 0;
  double lattice_a = 1.0, lattice_b = 1.0, lattice_c = 1.0;  // square shape only
  double lattice = 0.0;
  double amplitude = 0.0;
  double running_sum = 0.0;  // after this term
};

struct Trace {
  int slow = 0, fast = 0;
  std::vector<Evaluation> evaluations;
  double sum = 0.0;  // I of physics.md 9 before the final scale
  double solid_angle = 0.0, polarization = 0.0, capture = 0.0;
  double value = 0.0;
};

struct Result {
  int fast = 0;
  int slow = 0;
  std::vector<double> image;     // slow-major, not rounded
  std::vector<double> envelope;  // `env` of physics.md 13, scaled like the image
  // How near any term of the pixel came to a place where the image jumps: half-integer index (nearest amplitude),
  // border of the grid or of the interpolation range, edge of a tophat spot, dmin limit (relative). 1 if to none.
  std::vector<double> edge_distance;
  Derived derived;
  std::optional<Trace> trace;
};

Result render(const std::vector<std::string>& arguments, const Options& options = {});

// A small random experiment, the same for the same seed: 16 to 48 pixels on a side, every option mixed.
struct RandomScene {
  std::uint64_t seed = 0;
  std::vector<std::string> arguments;  // acceptable to the strict parser
  Options options;                     // tokens, carry-over mode and the input files' contents

  void write_inputs(const std::filesystem::path& directory) const;
  std::string describe() const;  // command line and tokens, to print on failure
};

RandomScene random_scene(std::uint64_t seed);

}  // namespace nbt::oracle
