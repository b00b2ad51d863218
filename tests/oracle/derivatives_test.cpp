// Derivatives by dual numbers against differences of the image itself.
#include "derivatives.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <map>
#include <numbers>
#include <random>

#include "lattice.hpp"
#include "words.hpp"

namespace nbt::oracle {
namespace {

using Arguments = std::vector<std::string>;

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.17g", value);
  return buffer;
}

struct Scene {
  std::string name;
  Arguments arguments;
  Options options;
  // Parameters that act, as "name" for all components or "name[i]" for one.
  Arguments acting;
  // For parameters that have no option in `arguments`: the option with the value that is resolved for it.
  std::map<std::string, std::string> automatic;
};

// One parameter's place on the command line: the option and the value after it that component 0 is. Differences take
// at most `largest_step`, which moves no index by more than a few hundredths.
struct Place {
  std::string option;
  double largest_step = 0.0;
  int components = 1;
  std::size_t first = 0;
};

// Without an option: moved in ways of their own.
const std::map<std::string, Place>& places() {
  constexpr double any = 1e300;
  static const std::map<std::string, Place> table = {
      {"crystal.cell_lengths_A", {"-cell", 0.1, 3}},
      {"crystal.cell_angles_deg", {"-cell", 0.2, 3, 3}},
      {"crystal.misset_deg", {"-misset", 0.1, 3}},
      {"crystal.orientation_matrix", {"", 1e-4, 9}},
      {"crystal.fudge", {"-fudge", 0.02}},
      {"crystal.mosaic_spread_deg", {"", 0.1}},
      {"structure_factors.default_F", {"-default_F", any}},
      {"beam.wavelength_A", {"-lambda", 0.005}},
      {"beam.dispersion_percent", {"-dispersion", 0.3}},
      {"beam.divergence_horizontal_mrad", {"-hdivrange", 1.0}},
      {"beam.divergence_vertical_mrad", {"-vdivrange", 0.2}},
      {"beam.polarization_factor", {"-polar", any}},
      {"beam.polarization_axis", {"-polar_vector", 0.02, 3}},
      {"beam.direction", {"-beam_vector", 0.001, 3}},
      {"beam.fluence_per_m2", {"-fluence", any}},
      {"goniometer.spindle_axis", {"-spindle_axis", 0.01, 3}},
      {"goniometer.phi_start_deg", {"-phi", 0.1}},
      {"goniometer.phi_step_deg", {"-phistep", 0.1}},
      {"detector.pixel_size_mm", {"-pixel", 0.01}},
      {"detector.distance_mm", {"-distance", 0.5}},
      {"detector.close_distance_mm", {"-close_distance", 0.5}},
      {"detector.Xbeam_mm", {"-Xbeam", 0.1}},
      {"detector.Ybeam_mm", {"-Ybeam", 0.1}},
      {"detector.ORGX_pixels", {"-ORGX", 0.1}},
      {"detector.ORGY_pixels", {"-ORGY", 0.1}},
      {"detector.fast_axis", {"-fdet_vector", 0.01, 3}},
      {"detector.slow_axis", {"-sdet_vector", 0.01, 3}},
      {"detector.origin_mm", {"-pix0_vector_mm", 0.1, 3}},
      {"detector.rotation_deg", {"", 0.1, 3}},
      {"detector.twotheta_deg", {"-twotheta", 0.1}},
      {"detector.attenuation_depth_um", {"-detector_abs", 5.0}},
      {"background.water_um", {"-water", any}},
  };
  return table;
}

double step_of(const Seed& seed, double moving_one_percent) {
  return seed.reflection ? moving_one_percent : std::min(moving_one_percent, places().at(seed.parameter).largest_step);
}

void shift_value(Arguments& arguments, const Place& place, int component, double by) {
  const auto option = std::find(arguments.rbegin(), arguments.rend(), place.option);
  ASSERT_TRUE(option != arguments.rend()) << place.option;
  std::string& value = *(option.base() + static_cast<std::ptrdiff_t>(place.first) + component);
  value = text(std::stod(value) + by);
}

void shift_matrix(std::string& matrix, int component, double by) {
  auto numbers = words(matrix);
  auto& number = numbers[static_cast<std::size_t>(component)];
  number = text(std::stod(number) + by);
  matrix.clear();
  for (const auto& word : numbers) matrix += word + " ";
}

// The rotation about the same axis by another multiple of the angle. By options, the float32 steps of the drawn angle
// would be seen instead of its slope.
Matrix stretched(const Matrix& u, double factor) {
  const Vector sine_times_axis = 0.5 * Vector{u[7] - u[5], u[2] - u[6], u[3] - u[1]};
  const double angle = std::asin(length(sine_times_axis));
  Matrix result{};
  const Vector axis = unit(sine_times_axis);
  const Vector columns[] = {rotate_about(Vector{1, 0, 0}, axis, factor * angle),
                            rotate_about(Vector{0, 1, 0}, axis, factor * angle),
                            rotate_about(Vector{0, 0, 1}, axis, factor * angle)};
  for (std::size_t j = 0; j < 3; ++j) {
    result[j] = columns[j].x;
    result[3 + j] = columns[j].y;
    result[6 + j] = columns[j].z;
  }
  return result;
}

void stretch_domains(const Scene& scene, Options& options, double by_deg) {
  const auto derived = render(scene.arguments, scene.options).derived;
  const double spread_deg = derived.mosaic_spread_rad * 180.0 / std::numbers::pi;
  options.mosaic_rotations = derived.mosaic_matrices;
  for (auto& rotation : *options.mosaic_rotations) rotation = stretched(rotation, 1.0 + by_deg / spread_deg);
}

void shift_reflection(Options& options, const std::array<int, 3>& hkl, double by) {
  for (auto& r : *options.reflections) {
    if (r.h == hkl[0] && r.k == hkl[1] && r.l == hkl[2]) r.amplitude += by;
  }
}

// The image with the parameter moved. Edge distances serve to leave out pixels in which a border may have been crossed.
Result moved(const Scene& scene, const Seed& seed, double by) {
  Arguments arguments = scene.arguments;
  Options options = scene.options;
  if (const auto extra = scene.automatic.find(seed.parameter); extra != scene.automatic.end()) {
    for (const auto& word : words(extra->second)) arguments.push_back(word);
  }
  if (seed.reflection) {
    shift_reflection(options, *seed.reflection, by);
  } else if (seed.parameter == "crystal.orientation_matrix") {
    shift_matrix(options.files.at("a.mat"), seed.component, by);
  } else if (seed.parameter == "crystal.mosaic_spread_deg") {
    stretch_domains(scene, options, by);
  } else if (seed.parameter == "detector.rotation_deg") {
    const char* names[] = {"-detector_rotx", "-detector_roty", "-detector_rotz"};
    shift_value(arguments, {names[seed.component], 0.0}, 0, by);
  } else {
    shift_value(arguments, places().at(seed.parameter), seed.component, by);
  }
  return render(arguments, options);
}

// Central differences of three step widths, extrapolated. The error of `value` is of sixth order; that of the two that
// it comes from is of fourth, unless the image has a kink within the step: where a spot's neighbour is as near as the
// spot, or at the border of two cells of the interpolation.
struct Difference {
  double value = 0.0;
  double disagreement = 0.0;
};

std::vector<Difference> differences(const Scene& scene, const Seed& seed, double step) {
  std::array<std::vector<double>, 3> slopes;
  for (std::size_t level = 0; level < 3; ++level) {
    const double h = step / static_cast<double>(1 << level);
    const auto above = moved(scene, seed, h), below = moved(scene, seed, -h);
    for (std::size_t i = 0; i < above.image.size(); ++i) {
      slopes[level].push_back((above.image[i] - below.image[i]) / (2.0 * h));
    }
  }
  std::vector<Difference> result;
  for (std::size_t i = 0; i < slopes[0].size(); ++i) {
    const double wide = (4.0 * slopes[1][i] - slopes[0][i]) / 3.0, narrow = (4.0 * slopes[2][i] - slopes[1][i]) / 3.0;
    result.push_back({(16.0 * narrow - wide) / 15.0, std::abs(narrow - wide)});
  }
  return result;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

std::vector<Seed> seeds_of(const Arguments& acting) {
  std::vector<Seed> seeds;
  for (const auto& name : acting) {
    if (const auto bracket = name.find('['); bracket != std::string::npos) {
      seeds.push_back({name.substr(0, bracket), std::stoi(name.substr(bracket + 1)), {}});
    } else {
      for (int i = 0; i < places().at(name).components; ++i) seeds.push_back({name, i, {}});
    }
  }
  return seeds;
}

std::string describe(const Scene& scene, const Seed& seed) {
  std::string line = scene.name + ": ";
  if (seed.reflection) {
    for (const int index : *seed.reflection) line += std::to_string(index) + " ";
  } else {
    line += seed.parameter + "[" + std::to_string(seed.component) + "]";
  }
  return line;
}

// The step moves the image by a percent at most: small against fringes, large against rounding.
void compare(const Scene& scene, const Seed& seed) {
  SCOPED_TRACE(describe(scene, seed));
  const auto base = render(scene.arguments, scene.options);
  const auto exact = differentiate(scene.arguments, scene.options, seed);
  ASSERT_EQ(exact.image, base.image);
  const double all = sum_of(exact.absolute), largest = *std::max_element(exact.absolute.begin(), exact.absolute.end());
  ASSERT_GT(all, 0.0);
  const auto numeric = differences(scene, seed, step_of(seed, 0.01 * sum_of(base.image) / all));
  std::size_t compared = 0;
  double norm = 0.0, sum_exact = 0.0, sum_numeric = 0.0;
  for (std::size_t i = 0; i < numeric.size(); ++i) {
    const double tolerance = 1e-6 * exact.absolute[i] + 1e-9 * largest;
    if (base.edge_distance[i] < 0.01 || numeric[i].disagreement > 3.0 * tolerance) continue;
    ++compared;
    norm += std::abs(exact.derivative[i]);
    sum_exact += exact.derivative[i];
    sum_numeric += numeric[i].value;
    ASSERT_LE(std::abs(exact.derivative[i]), exact.absolute[i] * (1.0 + 1e-9)) << "pixel " << i;
    ASSERT_NEAR(exact.derivative[i], numeric[i].value, tolerance) << "pixel " << i;
  }
  EXPECT_GT(norm, 0.0);
  EXPECT_GT(compared, numeric.size() / 2) << "of " << numeric.size();
  EXPECT_NEAR(sum_exact, sum_numeric, 1e-7 * all);
}

std::vector<Reflection> random_reflections(int extent) {
  std::mt19937 engine(7);
  std::vector<Reflection> list;
  for (int h = -extent; h <= extent; ++h) {
    for (int k = -extent; k <= extent; ++k) {
      for (int l = -extent; l <= extent; ++l) list.push_back({h, k, l, 10.0 + static_cast<double>(engine() % 90)});
    }
  }
  return list;
}

const Arguments cell_and_misset = {"crystal.cell_lengths_A", "crystal.cell_angles_deg", "crystal.misset_deg"};

Arguments operator+(Arguments first, const Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Scene square_mosflm() {
  return {"square, mosflm",
          words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 4 -Nc 3 -default_F 20 -lambda 1.1 -polar 0.7 "
                "-fluence 3e28 -water 0.01 -distance 52 -pixel 0.8 -detpixels 12 -oversample 1 -detector_rotx 3 "
                "-detector_roty -5 -detector_rotz 4 -twotheta 11 -mosflm"),
          {},
          cell_and_misset +
              words("structure_factors.default_F beam.wavelength_A beam.polarization_factor beam.fluence_per_m2 "
                    "background.water_um detector.pixel_size_mm detector.distance_mm detector.Xbeam_mm "
                    "detector.Ybeam_mm detector.rotation_deg detector.twotheta_deg"),
          {{"detector.Xbeam_mm", "-Xbeam 5.2"}, {"detector.Ybeam_mm", "-Ybeam 5.2"}}};
}

Scene round_xds() {
  return {
      "round, xds, layers, all flags",
      words("-cell 23 27 31 90 95 90 -misset 12 -21 33 -Na 5 -Nb 4 -Nc 3 -round_xtal -fudge 0.8 -default_F 20 "
            "-polar 0.7 -distance 52 -pixel 0.8 -detpixels_f 12 -detpixels_s 9 -oversample 2 -oversample_thick "
            "-oversample_polar -oversample_omega -xds -ORGX 4.3 -ORGY 5.1 -detector_rotx 3 -detector_roty 0 "
            "-detector_rotz 0 -twotheta 11 -detector_abs 300 -detector_thick 200 -detector_thicksteps 3 -water 0.01"),
      {},
      cell_and_misset + words("crystal.fudge detector.ORGX_pixels detector.ORGY_pixels detector.pixel_size_mm "
                              "detector.distance_mm detector.rotation_deg detector.twotheta_deg "
                              "detector.attenuation_depth_um beam.polarization_factor background.water_um"),
      {}};
}

Scene gauss_custom() {
  return {"gauss, custom axes, phi steps",
          words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -N 2 -gauss_xtal -fudge 30 -default_F 20 -polar 0.7 "
                "-distance 52 -pixel 0.8 -detpixels 10 -oversample 1 -fdet_vector 0.1 0.05 1.2 -sdet_vector 0 -1.1 0.1 "
                "-odet_vector 1 0 0 -beam_vector 1.3 0.1 -0.1 -polar_vector 0.1 0 1.4 -spindle_axis 0.2 1.1 0.3 "
                "-Xbeam 4.1 -Ybeam 3.9 -phi 10 -phistep 0.7 -phisteps 3 -osc 2 -pivot sample -close_distance 52.3"),
          {},
          cell_and_misset +
              words("crystal.fudge beam.direction beam.polarization_axis goniometer.spindle_axis detector.fast_axis "
                    "detector.slow_axis detector.Xbeam_mm detector.Ybeam_mm goniometer.phi_start_deg "
                    "goniometer.phi_step_deg detector.close_distance_mm beam.wavelength_A"),
          {{"beam.wavelength_A", "-lambda 1"}}};
}

Scene tophat() {
  return {"tophat, automatic close distance and absorption",
          words("-cell 23 27 31 90 95 90 -misset 12 -21 33 -N 1 -tophat_spots -fudge 60 -default_F 20 -polar 0.7 "
                "-distance 52 -pixel 0.8 -detpixels 12 -oversample 3 -oversample_omega -detector_thick 100"),
          {},
          words("structure_factors.default_F beam.polarization_factor detector.distance_mm detector.close_distance_mm "
                "detector.attenuation_depth_um beam.fluence_per_m2"),
          {{"detector.close_distance_mm", "-close_distance 52"},
           {"detector.attenuation_depth_um", "-detector_abs 100"},
           {"beam.fluence_per_m2", "-fluence 125932015286227086360700780544"}}};
}

Scene tricubic() {
  Scene scene{"tricubic",
              words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -N 2 -interpolate -default_F 33 -polar 0.7 "
                    "-distance 52 -pixel 1.6 -detpixels 14 -oversample 1 -denzo -lambda 1.2"),
              {},
              cell_and_misset + words("structure_factors.default_F beam.wavelength_A detector.pixel_size_mm "
                                      "detector.distance_mm"),
              {}};
  scene.options.reflections = random_reflections(4);
  return scene;
}

Scene nearest_mosaic() {
  Scene scene{"nearest, mosaic, spindle at zero",
              words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -nointerpolate -default_F 33 "
                    "-polar 0.7 -distance 52 -pixel 0.8 -detpixels 12 -oversample 1 -adxv -Xbeam 4 -Ybeam 5 "
                    "-mosaic_spread 0.8 -mosaic_domains 4 -phi 0 -phistep 0.5 -phisteps 3 -osc 1.5"),
              {},
              cell_and_misset + words("crystal.mosaic_spread_deg goniometer.phi_start_deg goniometer.phi_step_deg "
                                      "detector.Xbeam_mm detector.Ybeam_mm structure_factors.default_F"),
              {}};
  scene.options.reflections = random_reflections(2);
  scene.options.phi_carryover = "spec";
  return scene;
}

Scene carried_over() {
  Scene scene{"phi carry-over, automatic phi step",
              words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -polar 0.7 "
                    "-distance 52 -pixel 0.8 -detpixels 12 -oversample 1 -phi 0 -phisteps 3 -osc 1.5"),
              {},
              cell_and_misset + words("goniometer.phi_step_deg detector.distance_mm"),
              {{"goniometer.phi_step_deg", "-phistep 0.5"}}};
  scene.options.phi_carryover = "c-parity";
  scene.options.carryover_threads = 2;
  return scene;
}

Scene divergent() {
  return {"divergence and dispersion, resolution limit",
          words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -polar 0.7 -lambda 1.1 "
                "-distance 52 -pixel 0.8 -detpixels 8 -oversample 2 -oversample_polar -hdivrange 6 -hdivsteps 3 "
                "-vdivrange 9 -vdivstep 3.3 -dispersion 2 -dispsteps 3 -dmin 9"),
          {},
          cell_and_misset + words("beam.divergence_horizontal_mrad beam.divergence_vertical_mrad "
                                  "beam.dispersion_percent beam.wavelength_A beam.polarization_factor"),
          {}};
}

Scene source_list() {
  Scene scene{
      "source list, beam direction",
      words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -polar 0.7 "
            "-distance 52 -pixel 0.8 -detpixels 10 -oversample 1 -beam_vector 1 0.02 -0.01 -lambda 1.1 "
            "-sourcefile beams -pivot beam"),
      {},
      cell_and_misset + words("beam.direction beam.wavelength_A beam.polarization_axis[0] beam.polarization_axis[1]"),
      {{"beam.polarization_axis", "-polar_vector 0 0 1"}}};
  scene.options.files["beams"] = "-10 0.1 0.2 1.5 1.2e-10\n-10 -0.1 0.1 0.5\n-9\n";
  return scene;
}

Scene free_origin() {
  return {"given origin, curved, automatic axes",
          words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -polar 0.7 -lambda 1.05 "
                "-distance 52 -pixel 0.8 -detpixels 10 -oversample 1 -pix0_vector_mm 53 4.2 -3.9 -curved_det "
                "-phi 3 -phistep 1 -phisteps 2 -osc 2 -pivot beam"),
          {},
          words("detector.origin_mm detector.fast_axis[1] detector.slow_axis[2] beam.direction[1] beam.direction[2] "
                "goniometer.spindle_axis[0] goniometer.spindle_axis[1] goniometer.phi_start_deg "
                "detector.pixel_size_mm beam.wavelength_A"),
          {{"detector.fast_axis", "-fdet_vector 0 0 1"},
           {"detector.slow_axis", "-sdet_vector 0 -1 0"},
           {"beam.direction", "-beam_vector 1 0 0"},
           {"goniometer.spindle_axis", "-spindle_axis 0 0 1"}}};
}

Scene matrix_input() {
  Scene scene{"orientation matrix",
              words("-mat a.mat -misset 2 -1 3 -Na 5 -Nb 3 -Nc 4 -default_F 33 -polar 0.7 -lambda 1.05 -distance 52 "
                    "-pixel 0.8 -detpixels 10 -oversample 1"),
              {},
              words("crystal.orientation_matrix beam.wavelength_A crystal.misset_deg"),
              {}};
  // With the beam's wavelength alone, h k l do not change: the cell scales with it.
  scene.options.sources = {{{-10, 0.1, 0.2}, 1.0, 1.06e-10}, {{-10, -0.1, 0.1}, 2.0, 1.1e-10}};
  scene.options.files["a.mat"] = "0.03 0.01 -0.005 -0.012 0.034 0.004 0.002 0.006 0.031";
  return scene;
}

Scene matrix_and_cell() {
  Scene scene = matrix_input();
  scene.name = "orientation matrix with a cell";
  scene.acting = words("crystal.orientation_matrix crystal.misset_deg");
  // The angles act through the reciprocal axes alone, which only gauss uses.
  scene.arguments = scene.arguments + words("-cell 31 30 33 88 93 91 -gauss_xtal -fudge 0.3");
  scene.acting = scene.acting + words("crystal.cell_lengths_A crystal.cell_angles_deg");
  return scene;
}

Scene curved_dials() {
  return {"curved, dials, point pixels",
          words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -polar 0.7 -distance 52 "
                "-pixel 0.8 -detpixels 10 -oversample 1 -dials -curved_det -point_pixel -detector_rotx 2 "
                "-detector_roty 3 -detector_rotz -4 -twotheta 5"),
          {},
          words("detector.distance_mm detector.rotation_deg detector.twotheta_deg detector.pixel_size_mm "
                "detector.ORGX_pixels detector.ORGY_pixels"),
          {{"detector.ORGX_pixels", "-ORGX 5.5"}, {"detector.ORGY_pixels", "-ORGY 5.5"}}};
}

Scene as_reference() {
  Scene scene{"the reference's layers, water and cell",
              words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -polar 0.7 -water 0.01 "
                    "-distance 52 -pixel 0.8 -detpixels 10 -oversample 2 -detector_abs 300 -detector_thick 200 "
                    "-detector_thicksteps 3"),
              {},
              cell_and_misset + words("detector.attenuation_depth_um background.water_um detector.distance_mm "
                                      "beam.polarization_factor beam.fluence_per_m2"),
              {{"beam.fluence_per_m2", "-fluence 125932015286227086360700780544"}}};
  scene.options.compat = {"skewed-cell", "last-layer-capture", "wide-layer-pitch", "water-scaled-twice"};
  return scene;
}

Scene gauss_in_cells() {
  Scene scene = gauss_custom();
  scene.name = "gauss, distance in cells";
  scene.options.fix = {"spot-metric-hkl"};
  scene.arguments = scene.arguments + words("-fudge 0.8");
  scene.acting = cell_and_misset + words("crystal.fudge");
  return scene;
}

Scene centers_of_xds() {
  Scene scene{"beam centre as near point",
              words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -distance 52 "
                    "-pixel 0.8 -detpixels 10 -oversample 1 -xds -Xbeam 4.1 -Yclose 3.9 -detector_rotx 0 "
                    "-detector_roty 20 -detector_rotz 0"),
              {},
              words("detector.Xbeam_mm detector.pixel_size_mm detector.rotation_deg"),
              {}};
  scene.options.fix = {"beam-center-ignored", "twotheta-ratio"};
  return scene;
}

Scene centers_of_mosflm() {
  Scene scene{"near point as beam centre, centred steps",
              words("-cell 23 27 31 80 95 102 -misset 12 -21 33 -Na 5 -Nb 3 -Nc 4 -default_F 33 -distance 52 "
                    "-pixel 0.8 -detpixels 10 -oversample 1 -ORGX 4.3 -ORGY 5.1 -phi 0 -osc 2 -phisteps 2 "
                    "-phistep 0.8 -hdivsteps 2 -hdivrange 8 -dispersion 1"),
              {},
              words("detector.ORGX_pixels detector.ORGY_pixels detector.pixel_size_mm goniometer.phi_start_deg "
                    "goniometer.phi_step_deg beam.divergence_horizontal_mrad beam.dispersion_percent"),
              {}};
  scene.options.fix = {"beam-center-ignored", "center-divergence", "phi-midpoint"};
  return scene;
}

std::vector<Scene> scenes() {
  return {square_mosflm(),     round_xds(),       gauss_custom(), tophat(),       tricubic(),
          nearest_mosaic(),    carried_over(),    divergent(),    source_list(),  free_origin(),
          matrix_input(),      matrix_and_cell(), curved_dials(), as_reference(), centers_of_xds(),
          centers_of_mosflm(), gauss_in_cells()};
}

class DerivativeScenes : public testing::TestWithParam<Scene> {};

INSTANTIATE_TEST_SUITE_P(All, DerivativeScenes, testing::ValuesIn(scenes()), [](const auto& instance) {
  std::string name;
  for (const char c : instance.param.name) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});

TEST_P(DerivativeScenes, AgreeWithDifferencesForEveryParameter) {
  for (const Seed& seed : seeds_of(GetParam().acting)) compare(GetParam(), seed);
}

// A value that the library resolves is the one that the comparison writes on the command line.
TEST_P(DerivativeScenes, AutomaticValuesAreTheOnesTheyAreComparedAt) {
  const Scene& scene = GetParam();
  const auto before = render(scene.arguments, scene.options).image;
  for (const auto& [parameter, option] : scene.automatic) {
    const auto after = render(scene.arguments + words(option), scene.options).image;
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_NEAR(after[i], before[i], 1e-9 * before[i]) << option;
  }
}

std::vector<Scene> scenes_with_reflections() {
  return {tricubic(), nearest_mosaic()};
}

std::ptrdiff_t acting_pixels(const Scene& scene, const Seed& seed) {
  const auto absolute = differentiate(scene.arguments, scene.options, seed).absolute;
  return std::count_if(absolute.begin(), absolute.end(), [](double x) { return x > 0.0; });
}

TEST(ReflectionDerivatives, AgreeWithDifferences) {
  for (const auto& scene : scenes_with_reflections()) {
    int compared = 0;
    for (const auto& r : *scene.options.reflections) {
      const Seed seed{"", 0, std::array{r.h, r.k, r.l}};
      if (compared == 3 || acting_pixels(scene, seed) < 8) continue;
      compare(scene, seed);
      ++compared;
    }
    EXPECT_EQ(compared, 3) << scene.name;
  }
}

// The image is of second degree in all amplitudes together.
TEST(ReflectionDerivatives, TimesTheAmplitudesSumToTwiceTheImage) {
  for (const auto& scene : scenes_with_reflections()) {
    const auto of_default = differentiate(scene.arguments, scene.options, {"structure_factors.default_F", 0, {}});
    std::vector<double> sum;
    for (const double slope : of_default.derivative) sum.push_back(33.0 * slope);
    for (const auto& r : *scene.options.reflections) {
      const auto one = differentiate(scene.arguments, scene.options, {"", 0, std::array{r.h, r.k, r.l}});
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += r.amplitude * one.derivative[i];
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
      ASSERT_NEAR(sum[i], 2.0 * of_default.image[i], 1e-12 * of_default.image[i]) << scene.name << " pixel " << i;
    }
  }
}

TEST(ReflectionDerivatives, OfDefaultLeaveTheListAlone) {
  Scene scene = nearest_mosaic();
  scene.options.reflections = {{-9, -9, -9, 1.0}, {9, 9, 9, 1.0}};
  const auto seed = Seed{"structure_factors.default_F", 0, {}};
  EXPECT_GT(sum_of(render(scene.arguments, scene.options).image), 0.0);
  EXPECT_EQ(sum_of(differentiate(scene.arguments, scene.options, seed).absolute), 0.0);
}

// sin(pi N delta) / sin(pi delta) in long double, with the sign of the unpeeled form at the whole N.
long double long_grating(long double delta, long double cells, int h0, int whole_cells) {
  const long double pi = std::numbers::pi_v<long double>;
  const long double sign = (whole_cells - 1) * h0 % 2 == 0 ? 1.0L : -1.0L;
  return sign * (delta == 0 ? cells : std::sin(pi * cells * delta) / std::sin(pi * delta));
}

// Two differences of fourth order make one of sixth; in long double both errors are below 1e-13 then.
template <class Function>
long double slope(const Function& f, long double step) {
  const auto central = [&](long double h) { return (f(h) - f(-h)) / (2 * h); };
  const auto fourth = [&](long double h) { return (4 * central(h / 2) - central(h)) / 3; };
  return (16 * fourth(step / 2) - fourth(step)) / 15;
}

TEST(GratingDerivatives, AgreeWithDifferencesInLongDouble) {
  for (const int cells : {1, 2, 3, 5, 10, 100, 1000}) {
    for (const int h0 : {0, 3, -8}) {
      for (const double delta : {0.0, 1e-12, 1e-9, 1e-6, 3e-5, 9.5e-4, 1e-3, -1e-3, 0.0095, 0.01, 0.03, 0.1, -0.1234,
                                 0.25, 1.0 / 3.0, 0.4999}) {
        SCOPED_TRACE(testing::Message() << "N " << cells << " h " << h0 << " + " << delta);
        const double h = h0 + delta;
        const long double peeled = h - h0;
        const auto along_h =
            slope([&](long double step) { return long_grating(peeled + step, cells, h0, cells); }, 0.002L / cells);
        const auto along_cells =
            slope([&](long double step) { return long_grating(peeled, cells + step, h0, cells); }, 0.004L);
        const double scale = std::max(static_cast<double>(std::abs(along_h)), static_cast<double>(cells));
        EXPECT_NEAR(grating(Dual{h, 1.0, 1.0}, Dual(cells)).tangent, static_cast<double>(along_h), 1e-12 * scale);
        EXPECT_NEAR(grating(Dual(h), Dual{static_cast<double>(cells), 1.0, 1.0}).tangent,
                    static_cast<double>(along_cells), 1e-12);
        EXPECT_EQ(grating(Dual{h, 1.0, 1.0}, Dual(cells)).value, grating(h, static_cast<double>(cells)));
      }
    }
  }
}

TEST(GratingDerivatives, AtThePeakAreZeroAndOne) {
  EXPECT_EQ(grating(Dual{4.0, 1.0, 1.0}, Dual(7.0)).tangent, 0.0);
  EXPECT_EQ(grating(Dual(4.0), Dual{7.0, 1.0, 1.0}).tangent, 1.0);
  EXPECT_EQ(grating(Dual(4.0), Dual{1.0, 1.0, 1.0}).tangent, 1.0);
}

// The sphere's transform depends on N_i delta_i alone, apart from N_a N_b N_c in front.
TEST(RoundDerivatives, AgreeWithDifferencesAndStayFiniteAtThePeak) {
  CrystalOf<Dual> crystal;
  crystal.cells = {5.0, 4.0, 3.0};
  const Vector cells = value_of(crystal.cells);
  const double volume = cells.x * cells.y * cells.z * std::sqrt(std::numbers::pi / 6.0);
  const auto transform = [](long double u) {
    return u == 0 ? 1.0L : 3 * (std::sin(u) - u * std::cos(u)) / (u * u * u);
  };
  for (const double delta : {0.0, 1e-9, 1e-4, 0.01, 0.0190, 0.0192, 0.1, 0.3, 0.49}) {
    SCOPED_TRACE(delta);
    const VectorOf<Dual> hkl{Dual{2.0 + delta, 1.0, 1.0}, 1.0, -3.0};
    const auto f = lattice_factor(Shape::round, false, crystal, hkl).value;
    const long double per_delta = std::numbers::pi_v<long double> * 5.0L, u = per_delta * std::abs(hkl.x.value - 2.0);
    // Beside the peak differences lose their digits in long double, too.
    const long double expected = u < 0.1L ? -u / 5 + u * u * u / 70 - u * u * u * u * u / 2520
                                          : slope([&](long double step) { return transform(u + step); }, 0.01L * u);
    const double tolerance = 1e-10 * volume * static_cast<double>(per_delta);
    EXPECT_NEAR(f.tangent, static_cast<double>(expected * per_delta) * volume, tolerance);
  }
}

// A tophat spot is N_a N_b N_c high, and gauss knows N_a, N_b and N_c by their product alone.
TEST(CellCountDerivatives, FollowTheShape) {
  const auto of_cells = [](const Scene& scene, int component) {
    return differentiate(scene.arguments, scene.options, {"crystal.cells", component, {}});
  };
  const auto flat = of_cells(tophat(), 1);
  EXPECT_GT(sum_of(flat.image), 0.0);
  for (std::size_t i = 0; i < flat.image.size(); ++i) {
    ASSERT_NEAR(flat.derivative[i], 2.0 * flat.image[i], 1e-12 * flat.image[i]);
  }
  Scene gauss = gauss_custom();
  gauss.arguments = gauss.arguments + words("-Na 3 -Nc 4");
  const auto a = of_cells(gauss, 0), c = of_cells(gauss, 2);
  EXPECT_GT(sum_of(a.absolute), 0.0);
  for (std::size_t i = 0; i < a.image.size(); ++i) {
    ASSERT_NEAR(3.0 * a.derivative[i], 4.0 * c.derivative[i], 1e-12 * 3.0 * a.absolute[i]);
  }
}

// Also through the whole loop nest: one pixel's terms by hand, from the trace.
TEST(CellCountDerivatives, OfTheSquareShapeAreThoseOfTheGrating) {
  Scene scene = nearest_mosaic();
  scene.options.trace_pixel = PixelIndex{4, 5};
  const auto traced = render(scene.arguments, scene.options);
  double ratio = 0.0;
  for (const auto& term : traced.trace->evaluations) {
    const double slope_b = grating(Dual(term.hkl.y), Dual{3.0, 1.0, 1.0}).tangent;
    ratio += 2.0 * term.amplitude * term.amplitude * term.lattice * term.lattice_a * term.lattice_c * slope_b;
  }
  const std::size_t pixel = 4 * 12 + 5;
  const double expected = traced.image[pixel] * ratio / traced.trace->sum;
  const auto exact = differentiate(scene.arguments, scene.options, {"crystal.cells", 1, {}});
  EXPECT_NE(expected, 0.0);
  EXPECT_NEAR(exact.derivative[pixel], expected, 1e-12 * exact.absolute[pixel]);
}

TEST(CellCountDerivatives, AreZeroWhereTheSampleSizeDecides) {
  Scene scene = nearest_mosaic();
  scene.arguments = scene.arguments + words("-samplesize 1e-5");
  EXPECT_EQ(sum_of(differentiate(scene.arguments, scene.options, {"crystal.cells", 0, {}}).absolute), 0.0);
}

// At the angle zero the orientation of the last step serves, except in the first pass of all, which has none before it.
TEST(Derivatives, FollowTheOrientationThatIsCarriedOver) {
  Scene scene = carried_over();
  scene.options.carryover_threads = 1;
  const Seed start{"goniometer.phi_start_deg", 0, {}};
  const auto carried = differentiate(scene.arguments, scene.options, start);
  const auto at = [&](const std::string& phi) {
    return differentiate(scene.arguments + words("-phisteps 1 -phi " + phi), scene.options, start);
  };
  const auto second = at("0.5"), third = at("1");
  EXPECT_GT(sum_of(carried.absolute), 0.0);
  for (std::size_t i = 1; i < carried.image.size(); ++i) {
    const double expected = (second.derivative[i] + 2.0 * third.derivative[i]) / 3.0;
    ASSERT_NEAR(carried.derivative[i], expected, 1e-12 * carried.absolute[i]) << "pixel " << i;
  }
  ASSERT_NEAR(carried.derivative[0], (second.derivative[0] + third.derivative[0]) / 3.0, 1e-12 * carried.absolute[0]);
}

// With one way in and terms of one sign nothing cancels; with three axes that pull apart something does.
TEST(Derivatives, HaveTheirContributionsInAbsolute) {
  const Scene scene = square_mosflm();
  const auto of_fluence = differentiate(scene.arguments, scene.options, {"beam.fluence_per_m2", 0, {}});
  const auto of_distance = differentiate(scene.arguments, scene.options, {"detector.distance_mm", 0, {}});
  for (std::size_t i = 0; i < of_fluence.image.size(); ++i) {
    const double expected = of_fluence.image[i] / 3e28;
    ASSERT_NEAR(of_fluence.derivative[i], expected, 1e-14 * expected);
    ASSERT_NEAR(of_fluence.absolute[i], expected, 1e-13 * expected);
    ASSERT_GT(of_distance.absolute[i], std::abs(of_distance.derivative[i]));
  }
}

// Whatever options meet: the value is that of the rendering, to the bit, and the derivative is a number.
TEST(Derivatives, AreFiniteInRandomScenes) {
  std::vector<Seed> seeds;
  for (const auto& [parameter, place] : places()) seeds.push_back({parameter, place.components - 1, {}});
  int differentiated = 0;
  for (std::uint64_t number = 0; number < 100; ++number) {
    const auto random = random_scene(number);
    const auto& compat = random.options.compat;
    if (compat.count("running-product") != 0 || compat.count("nanobragg") != 0) continue;
    const Seed& seed = seeds[static_cast<std::size_t>(++differentiated) % seeds.size()];
    const auto exact = differentiate(random.arguments, random.options, seed);
    ASSERT_EQ(exact.image, render(random.arguments, random.options).image) << random.describe();
    for (std::size_t i = 0; i < exact.image.size(); ++i) {
      const double bound = exact.absolute[i] * (1.0 + 1e-9);
      ASSERT_TRUE(std::isfinite(exact.absolute[i]) && std::abs(exact.derivative[i]) <= bound)
          << seed.parameter << " pixel " << i << "\n"
          << random.describe();
    }
  }
  EXPECT_GT(differentiated, 50);
}

TEST(Derivatives, WithoutEffectAreZero) {
  Scene scene = square_mosflm();
  for (const auto* parameter : {"detector.fast_axis", "detector.ORGX_pixels", "detector.origin_mm", "crystal.fudge",
                                "crystal.mosaic_spread_deg", "detector.attenuation_depth_um", "beam.direction"}) {
    EXPECT_EQ(sum_of(differentiate(scene.arguments, scene.options, {parameter, 0, {}}).absolute), 0.0) << parameter;
  }
  scene = nearest_mosaic();
  scene.options.mosaic_rotations = {{1, 0, 0, 0, 1, 0, 0, 0, 1}};
  const auto of_spread = differentiate(scene.arguments, scene.options, {"crystal.mosaic_spread_deg", 0, {}});
  EXPECT_EQ(sum_of(of_spread.absolute), 0.0);
}

TEST(Derivatives, AreRefusedWhereThereIsNone) {
  Scene scene = nearest_mosaic();
  const auto attempt = [&](const Seed& seed) { return differentiate(scene.arguments, scene.options, seed); };
  EXPECT_THROW(attempt({"crystal.shape", 0, {}}), std::invalid_argument);
  EXPECT_THROW(attempt({"crystal.cells", 3, {}}), std::invalid_argument);
  EXPECT_THROW(attempt({"", 0, {}}), std::invalid_argument);
  EXPECT_THROW(attempt({"", 0, std::array{50, 0, 0}}), std::invalid_argument);
  EXPECT_THROW(attempt({"crystal.fudge", 0, std::array{0, 0, 0}}), std::invalid_argument);
  scene.options.compat = {"running-product"};
  EXPECT_THROW(attempt({"detector.distance_mm", 0, {}}), std::invalid_argument);
}

}  // namespace
}  // namespace nbt::oracle
