// The tolerances of physics.md 13 and the bound of precision `fast`, on scenes made to be hard: a reflection that lies
// exactly on a pixel, peaks and the zeros beside them finely and coarsely sampled, N up to 5000. Truth is the oracle's.
// The worst ratio of each case is printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "oracle.hpp"
#include "simulation.hpp"
#include "tolerance.hpp"

namespace nbt::test {
namespace {

using oracle::Vector;
using Arguments = std::vector<std::string>;

constexpr int edge_pixels = 40;

enum class Amplitudes { constant, nearest, tricubic };
constexpr Amplitudes every_kind[] = {Amplitudes::constant, Amplitudes::nearest, Amplitudes::tricubic};

const char* name_of(Amplitudes amplitudes) {
  const char* names[] = {"constant", "nearest", "tricubic"};
  return names[static_cast<int>(amplitudes)];
}

// How many widths of a spot a pixel is away from the next one; the last moves by a tenth of an index.
struct Sampling {
  const char* name;
  double spot_widths;  // 0: a tenth of an index
};
constexpr Sampling samplings[] = {{"fine", 0.13}, {"fringes", 1.37}, {"coarse", 0}};

struct Spot {
  std::string shape;
  int cells;
  bool metric_of_cells = false;  // fix spot-metric-hkl: gauss and tophat 1/N wide, not N^-3

  double width() const {
    const bool narrow = (shape == "gauss" || shape == "tophat") && !metric_of_cells;
    return narrow ? std::pow(cells, -3.0) : 1.0 / cells;
  }
};

std::string text_of(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

std::string text_of(const Vector& v) {
  return text_of(v.x) + " " + text_of(v.y) + " " + text_of(v.z);
}

Arguments operator+(Arguments first, const Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

constexpr double wavelength_A = 1.03;
constexpr double distance_mm = 250;

// At 25 degrees from the beam (xds turns detectors about the sample), tilted.
Arguments detector_arguments(double pixel_mm) {
  return {"-xds",
          "-lambda",
          "1.03",
          "-distance",
          "250",
          "-twotheta",
          "25",
          "-detector_rotx",
          "7",
          "-detector_roty",
          "-11",
          "-pixel",
          text_of(pixel_mm),
          "-detpixels",
          std::to_string(edge_pixels),
          "-oversample",
          "1"};
}

// q to a point between pixels, so that no pixel is exactly at the peak.
Vector scattering_vector_per_A(double pixel_mm) {
  const oracle::Derived geometry =
      oracle::render(detector_arguments(pixel_mm) +
                     Arguments{"-default_F", "1", "-N", "1", "-cell", "50", "50", "50", "90", "90", "90"})
          .derived;
  const double fast_m = (edge_pixels * 0.5 + 0.3) * geometry.pixel_size_m;
  const double slow_m = (edge_pixels * 0.5 - 0.2) * geometry.pixel_size_m;
  const Vector position = geometry.origin_m + fast_m * geometry.fast_axis + slow_m * geometry.slow_axis;
  return (1 / wavelength_A) * (unit(position) - unit(geometry.beam_axis));
}

struct Cell {
  Vector a_A, b_A, c_A;
  int h, k, l;  // of the reflection at the pixel
};

Vector with_whole_index(const Vector& axis_A, const Vector& q_per_A, int& index) {
  const double h = dot(axis_A, q_per_A);
  index = static_cast<int>(std::lround(h));
  return axis_A + ((index - h) / dot(q_per_A, q_per_A)) * q_per_A;
}

// A triclinic cell, each axis bent until its index of q is whole.
Cell cell_for(const Vector& q_per_A) {
  Cell cell;
  cell.a_A = with_whole_index({31, 47, -12}, q_per_A, cell.h);
  cell.b_A = with_whole_index({-38, 30, 41}, q_per_A, cell.k);
  cell.c_A = with_whole_index({36, -14, 67}, q_per_A, cell.l);
  return cell;
}

// Columns are a*, b*, c*, times the wavelength (physics.md 6.2).
std::string matrix_file(const Cell& cell) {
  const double volume = dot(cell.a_A, cross(cell.b_A, cell.c_A));
  const Vector stars[] = {(wavelength_A / volume) * cross(cell.b_A, cell.c_A),
                          (wavelength_A / volume) * cross(cell.c_A, cell.a_A),
                          (wavelength_A / volume) * cross(cell.a_A, cell.b_A)};
  std::string text;
  for (const auto component : {&Vector::x, &Vector::y, &Vector::z}) {
    text += text_of({stars[0].*component, stars[1].*component, stars[2].*component}) + "\n";
  }
  return text;
}

// Random amplitudes around the reflection; pixels that are far from it leave the list.
std::string reflection_file(const Cell& cell) {
  constexpr int reach = 3;
  std::mt19937_64 engine(51);
  std::string text;
  for (int h = -reach; h <= reach; ++h) {
    for (int k = -reach; k <= reach; ++k) {
      for (int l = -reach; l <= reach; ++l) {
        const double F = std::ldexp(static_cast<double>(engine() >> 40), -14);
        text += std::to_string(cell.h + h) + " " + std::to_string(cell.k + k) + " " + std::to_string(cell.l + l) + " " +
                text_of(F) + "\n";
      }
    }
  }
  return text;
}

struct Scene {
  Arguments arguments;
  oracle::Options options;
};

Scene scene_of(const Spot& spot, Amplitudes amplitudes, const Sampling& sampling) {
  const double step = sampling.spot_widths > 0 ? std::min(sampling.spot_widths * spot.width(), 0.1) : 0.1;
  const double pixel_mm = step * distance_mm * wavelength_A / 65;
  const Cell cell = cell_for(scattering_vector_per_A(pixel_mm));
  Scene scene;
  scene.options.files["A.mat"] = matrix_file(cell);
  // Domains that move the reflection by about a spot.
  const double spread_deg = 57.3 * spot.width() / 25;
  const std::string shape_option = spot.shape == "tophat" ? "-tophat_spots" : "-" + spot.shape + "_xtal";
  scene.arguments = detector_arguments(pixel_mm) +
                    Arguments{"-mat",       "A.mat",  "-N",      std::to_string(spot.cells), shape_option,
                              "-default_F", "120",    "-mosaic", text_of(spread_deg),        "-mosaic_domains",
                              "5",          "-polar", "0.8"};
  if (spot.metric_of_cells) scene.options.fix = {"spot-metric-hkl"};
  if (amplitudes != Amplitudes::constant) {
    scene.options.files["P1.hkl"] = reflection_file(cell);
    scene.arguments = scene.arguments + Arguments{"-hkl", "P1.hkl"};
  }
  scene.arguments.push_back(amplitudes == Amplitudes::tricubic ? "-interpolate" : "-nointerpolate");
  return scene;
}

// How a device is told to compute.
struct Way {
  std::string simd_target = "auto";
  std::string index_arithmetic = "auto";
};

// The files of a scene, and what the oracle makes of it.
class Trial {
 public:
  Trial(std::string name, Scene scene) : name_(std::move(name)), scene_(std::move(scene)) {
    for (const auto& [file, text] : scene_.options.files) std::ofstream(folder_.path() / file) << text;
    truth_ = oracle::render(scene_.arguments, scene_.options);
  }

  double brightest() const { return *std::max_element(truth_.image.begin(), truth_.image.end()); }

  // Error over tolerance.
  double in(const std::string& precision, const Tolerance& tolerance, const Way& way = {}) const {
    return judge(compare(simulation(precision, way).run32(), truth_, tolerance), precision, way);
  }

  // Error over the bound that the report tells.
  double in_fast(const Way& way = {}) const {
    Simulation fast = simulation("fast", way);
    const auto precision = nlohmann::json::parse(fast.report()).at("precision");
    EXPECT_EQ(precision.at("used"), "fast") << name_ << ": " << precision;
    const double bound = precision.at("fast_error_bound").get<double>();
    return judge(compare_with_envelope(fast.run32(), truth_, bound), "fast", way);
  }

 private:
  Simulation simulation(const std::string& precision, const Way& way) const {
    Simulation simulation(scene_.arguments);
    for (const std::string& fix : scene_.options.fix) simulation.set_text("compat.fixes", fix);
    simulation.set_text("precision.mode", precision).set_text("execution.simd_target", way.simd_target);
    simulation.set_text("execution.index_arithmetic", way.index_arithmetic);
    simulation.set("execution.threads", 1);
    return simulation;
  }

  double judge(const Agreement& agreement, const std::string& precision, const Way& way) const {
    EXPECT_LE(agreement.worst, 1) << name_ << ", " << precision << ", " << way.simd_target << ", "
                                  << way.index_arithmetic << ": " << agreement.text;
    EXPECT_LT(agreement.excused, truth_.image.size() / 4) << name_;
    return agreement.worst;
  }

  std::string name_;
  Scene scene_;
  WorkingFolder folder_;
  oracle::Result truth_;
};

struct Case {
  Spot spot;
  Amplitudes amplitudes;

  std::string name() const {
    return spot.shape + std::to_string(spot.cells) + (spot.metric_of_cells ? "_metric_of_cells_" : "_") +
           name_of(amplitudes);
  }
};

std::ostream& operator<<(std::ostream& stream, const Case& c) {
  return stream << c.name();
}

class ErrorBounds : public testing::TestWithParam<Case> {};

TEST_P(ErrorBounds, HoldInEveryPrecision) {
  const auto& [spot, amplitudes] = GetParam();
  double single = 0, double_ = 0, fast = 0;
  for (const Sampling& sampling : samplings) {
    const Trial trial(GetParam().name() + ", " + sampling.name, scene_of(spot, amplitudes, sampling));
    single = std::max(single, trial.in("single", single_tolerance));
    double_ = std::max(double_, trial.in("double", double_tolerance));
    if (spot.shape == "square") fast = std::max(fast, trial.in_fast());
  }
  std::printf("worst error over tolerance: single %.3f, double %.3f, fast %.3f\n", single, double_, fast);
}

std::vector<Spot> spots() {
  std::vector<Spot> all;
  for (const int cells : {5, 10, 30, 100, 300, 1000, 5000}) {
    for (const char* shape : {"square", "round"}) all.push_back({shape, cells});
    for (const char* shape : {"gauss", "tophat"}) {
      all.push_back({shape, cells, true});
      // With more cells a spot is as narrow as the rounding of an index in double.
      if (cells <= 100) all.push_back({shape, cells, false});
    }
  }
  return all;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Spot& spot : spots()) {
    for (const Amplitudes amplitudes : every_kind) all.push_back({spot, amplitudes});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Scenes, ErrorBounds, testing::ValuesIn(cases()),
                         [](const auto& tested) { return tested.param.name(); });

// Panels that a row crosses at grazing angles, and arcs: what is skipped and the range of fixed point must allow for
// them.
class Panels : public testing::TestWithParam<std::string> {};

TEST_P(Panels, CloseAndCurvedKeepTheErrorBounds) {
  const char* cells = GetParam() == "tophat" ? "5" : "30";  // hits at least some tophat spots
  const Arguments crystal = {"-cell", "61",          "72",  "83",      "85",  "95",
                             "103",   "-misset",     "10",  "20",      "30",  "-N",
                             cells,   "-default_F",  "100", "-mosaic", "0.4", "-mosaic_domains",
                             "7",     "-oversample", "1"};
  const std::pair<const char*, Arguments> panels[] = {
      {"close", {"-distance", "10", "-pixel", "2", "-detpixels_f", "90", "-detpixels_s", "20"}},
      {"grazing",
       {"-distance", "20", "-pixel", "1", "-detpixels_f", "90", "-detpixels_s", "20", "-detector_roty", "70",
        "-detector_rotx", "5"}},
      {"curved", {"-distance", "60", "-pixel", "1", "-detpixels_f", "90", "-detpixels_s", "40", "-curved_det"}}};
  for (const auto& [name, panel] : panels) {
    Scene scene;
    const std::string shape_option = GetParam() == "tophat" ? "-tophat_spots" : "-" + GetParam() + "_xtal";
    scene.arguments = crystal + panel + Arguments{shape_option};
    scene.options.fix = {"spot-metric-hkl"};
    const Trial trial(GetParam() + ", " + name, scene);
    EXPECT_GT(trial.brightest(), 0) << name << ": nothing to compare";
    const double single = trial.in("single", single_tolerance);
    const double double_ = trial.in("double", double_tolerance);
    const double fast = GetParam() == "square" ? trial.in_fast() : 0;
    std::printf("%s: worst error over tolerance: single %.3f, double %.3f, fast %.3f\n", name, single, double_, fast);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Panels, testing::Values("square", "round", "gauss", "tophat"),
                         [](const auto& tested) { return tested.param; });

class EveryTarget : public testing::TestWithParam<std::string> {};

TEST_P(EveryTarget, KeepsTheErrorBounds) {
  for (const int cells : {10, 1000}) {
    for (const char* shape : {"square", "round", "gauss", "tophat"}) {
      const Spot spot{shape, cells, true};
      const Trial trial(spot.shape + " " + std::to_string(cells), scene_of(spot, Amplitudes::nearest, samplings[1]));
      const Way way{GetParam()};
      trial.in("single", single_tolerance, way);
      trial.in("double", double_tolerance, way);
      if (spot.shape == "square") trial.in_fast(way);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Simd, EveryTarget, testing::ValuesIn(simd_targets()),
                         [](const auto& tested) { return tested.param; });

// Up to 300 cells, where 64 bits hold the indices of `single`.
TEST(EveryIndexArithmetic, KeepsTheErrorBounds) {
  for (const int cells : {5, 30, 300}) {
    for (const Amplitudes amplitudes : every_kind) {
      for (const Sampling& sampling : samplings) {
        const Spot spot{"square", cells};
        const Trial trial(Case{spot, amplitudes}.name() + ", " + sampling.name, scene_of(spot, amplitudes, sampling));
        for (const std::string& arithmetic : index_arithmetics()) {
          const Way way{"auto", arithmetic};
          trial.in("single", single_tolerance, way);
          trial.in_fast(way);
        }
      }
    }
  }
}

}  // namespace
}  // namespace nbt::test
