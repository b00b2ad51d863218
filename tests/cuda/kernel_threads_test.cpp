// The kernels with a thread of its own for each thread of a block (cuda/threads): no race, no divided barrier, and the
// same bits as from the loop over threads, which the other tests hold to the CPU.
//
// Scenes are small, for every meeting takes a turn of 128 threads. NBT_TEST_RANDOM_SCENES=20 takes so many of the
// oracle's random scenes, with all options mixed, and their derivatives, too, instead of the images of a few.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "derivatives.hpp"
#include "races.hpp"
#include "random_command_line.hpp"
#include "simulation.hpp"

namespace nbt::test {
namespace {

using Arguments = std::vector<std::string>;

void use_threads(bool on) {
  void* module = dlopen(NBT_CUDA_ON_HOST, RTLD_NOW);
  ASSERT_NE(module, nullptr) << dlerror();
  auto* use = reinterpret_cast<void (*)(bool)>(dlsym(module, "nbt_cuda_in_threads_use"));
  ASSERT_NE(use, nullptr) << dlerror();
  use(on);
}

void expect_same_bits(const std::vector<double>& image, const std::vector<double>& expected, const std::string& what) {
  ASSERT_EQ(image.size(), expected.size()) << what;
  for (std::size_t i = 0; i < image.size(); ++i) {
    ASSERT_EQ(std::memcmp(&image[i], &expected[i], sizeof(double)), 0)
        << what << ", pixel " << i << ": " << image[i] << " and " << expected[i];
  }
}

void expect_same_bits(const Jacobian& found, const Jacobian& expected, const std::string& what) {
  expect_same_bits(found.image, expected.image, what);
  ASSERT_EQ(found.derivatives.size(), expected.derivatives.size()) << what;
  for (std::size_t p = 0; p < found.derivatives.size(); ++p) {
    expect_same_bits(found.derivatives[p], expected.derivatives[p], what + ", component " + std::to_string(p));
  }
}

void expect_same_bits(const NormalEquations& found, const NormalEquations& expected, const std::string& what) {
  expect_same_bits(found.matrix, expected.matrix, what + ", matrix");
  expect_same_bits(found.gradient, expected.gradient, what + ", gradient");
}

// compute() as a loop and as threads do it; ThreadSanitizer must have nothing to say. Returns what the loop gives.
template <class Compute>
auto expect_same(const std::string& what, const Compute& compute) {
  SCOPED_TRACE(what);
  use_threads(false);
  const auto expected = compute();
  use_threads(true);
  const int before = races_reported();
  expect_same_bits(compute(), expected, "threads and the loop");
  EXPECT_EQ(races_reported(), before) << "ThreadSanitizer's report is on stderr";
  return expected;
}

struct Scene {
  const char* name;
  Arguments arguments;
  const char* interpolation = nullptr;  // with a grid of structure factors that the detector leaves
  bool has_derivatives = true;
  bool masked = false;
};

// For the names that ctest shows.
void PrintTo(const Scene& scene, std::ostream* out) {
  *out << scene.name;
}

// Wider than a tile, and not a multiple of anything.
constexpr std::int64_t fast_count = 300, slow_count = 2;

Arguments with_base(const Arguments& more) {
  Arguments all = {"-default_F", "100",         "-lambda", "1.1", "-distance",    "90",  "-pixel",       "0.21",
                   "-misset",    "11",          "23",      "-37", "-detpixels_f", "300", "-detpixels_s", "2",
                   "-cell",      "70",          "80",      "90",  "88",           "95",  "101",          "-N",
                   "6",          "-oversample", "1"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

const std::vector<Scene>& scenes() {
  static const std::vector<Scene> list = {
      {"Square", {}},
      {"SquareNearest", {"-mosaic", "0.5", "-mosaic_domains", "70"}, "nearest"},  // more than a batch
      {"SquareTricubic", {"-osc", "1", "-phisteps", "3"}, "tricubic"},
      {"Round", {"-round_xtal", "-mosaic", "0.5", "-mosaic_domains", "9"}},
      {"RoundNearest", {"-round_xtal"}, "nearest"},
      {"RoundTricubic", {"-round_xtal"}, "tricubic"},
      {"Gauss", {"-gauss_xtal"}},
      {"GaussNearest", {"-gauss_xtal", "-mosaic", "0.5", "-mosaic_domains", "9"}, "nearest"},
      {"GaussTricubic", {"-gauss_xtal"}, "tricubic"},
      {"Tophat", {"-tophat_spots"}},
      {"TophatNearest", {"-tophat_spots", "-mosaic", "0.5", "-mosaic_domains", "9"}, "nearest"},
      {"TophatTricubic", {"-tophat_spots"}, "tricubic"},
      {"SubPixels", {"-oversample", "2", "-nopolar"}, "nearest"},
      {"SourcesTogether", {"-divergence", "3", "-divsteps", "3", "-dispersion", "2", "-dispsteps", "2"}},
      {"SourcesApart",
       {"-divergence", "3", "-divsteps", "3", "-polar", "0.8", "-oversample_polar", "-water", "20"},
       "nearest"},
      {"Layers",
       {"-detector_thick", "400", "-detector_abs", "300", "-detector_thicksteps", "2", "-oversample", "2", "-water",
        "20"}},
      {"LayersForEveryTerm",
       {"-detector_thick", "400", "-detector_abs", "300", "-detector_thicksteps", "2", "-oversample_thick",
        "-oversample_omega", "-dispersion", "2", "-dispsteps", "2"}},
      {"LastLayerCapture",
       {"-detector_thick", "400", "-detector_abs", "300", "-detector_thicksteps", "2", "--compat",
        "last-layer-capture"}},
      {"ResolutionLimit", {"-dmin", "3.5", "-dispersion", "20", "-dispsteps", "3", "-water", "20"}},
      {"PartOfTheDetector", {"-roi", "37", "263", "1", "1", "-point_pixel"}, "nearest"},
      {"Mask", {"-mosaic", "0.5", "-mosaic_domains", "3"}, nullptr, true, true},
      {"Curved", {"-curved_det", "-detector_thick", "400", "-detector_abs", "300", "-detector_thicksteps", "2"}},
      {"CurvedNearest", {"-curved_det", "-round_xtal", "-oversample", "2"}, "nearest"},
      {"CurvedInLaboratoryAxes", {"-curved_det", "--compat", "curved-lab-axes"}, "tricubic"},
      {"RunningProduct",
       {"-oversample_omega", "-detector_thick", "400", "-detector_abs", "300", "-detector_thicksteps", "2", "-osc", "1",
        "-phisteps", "2", "-dispersion", "2", "-dispsteps", "2", "-water", "20", "--compat", "running-product"},
       nullptr,
       false},
      {"RunningProductForEveryTerm",
       {"-oversample_thick", "-detector_thick", "400", "-detector_abs", "300", "-detector_thicksteps", "2",
        "-gauss_xtal", "--compat", "running-product"},
       "nearest",
       false},
      {"FirstSweep",
       {"-phi", "0", "-osc", "1", "-phisteps", "3", "-dispersion", "20", "-dispsteps", "3", "-dmin", "3.5",
        "--phi-carryover-mode", "c-parity", "--phi-carryover-threads", "2"},
       "nearest"},
      {"FirstSweepOfARunningProduct",
       {"-phi", "0", "-osc", "1", "-phisteps", "3", "-oversample_polar", "--phi-carryover-mode", "c-parity",
        "--phi-carryover-threads", "2", "--compat", "running-product"},
       nullptr,
       false},
      {"Latch",
       {"-mosaic", "0.5", "-mosaic_domains", "9", "-dispersion", "2", "-dispsteps", "2", "--compat", "interp-latch"},
       "tricubic"},
  };
  return list;
}

void set_grid(Simulation& simulation, const char* interpolation) {
  const std::int32_t first[3] = {-9, -9, -9}, last[3] = {9, 9, 9};
  const std::vector<double> F = random_numbers(19 * 19 * 19, 50, 150);
  simulation.check(nbt_set_structure_factor_grid(simulation.handle(), first, last, F.data(), F.size()));
  simulation.set_text("structure_factors.interpolation", interpolation);
}

void set_mask(Simulation& simulation) {
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(fast_count * slow_count));
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 7 != 0 && i > 130;  // one tile of derivatives is empty
  simulation.check(nbt_set_mask(simulation.handle(), mask.data(), fast_count, slow_count));
}

struct Setting {
  const char* arithmetic;  // of indices
  const char* precision;
};

void prepare(Simulation& simulation, const Scene& scene, const Setting& setting) {
  simulation.set_arguments(with_base(scene.arguments));
  if (scene.interpolation != nullptr) set_grid(simulation, scene.interpolation);
  if (scene.masked) set_mask(simulation);
  simulation.set_text("execution.index_arithmetic", setting.arithmetic);
  simulation.set_text("precision.mode", setting.precision);
  simulation.check(nbt_set_text(simulation.handle(), "execution.device", "cuda"));
}

bool has(const Scene& scene, const char* option) {
  return std::find(scene.arguments.begin(), scene.arguments.end(), option) != scene.arguments.end();
}

// Every arithmetic of indices that the scene has.
std::vector<Setting> settings(const Scene& scene) {
  std::vector<Setting> all = {{"double", "double"}, {"double", "single"}};
  const bool square = !has(scene, "-round_xtal") && !has(scene, "-gauss_xtal") && !has(scene, "-tophat_spots");
  if (square && !has(scene, "-curved_det")) {
    all.push_back({"fixed_point", "single"});
    all.push_back({"fixed_point", "fast"});
    all.push_back({"float_pairs", "single"});
  }
  return all;
}

std::string described(const Setting& setting) {
  return std::string(setting.precision) + ", indices in " + setting.arithmetic;
}

class KernelThreads : public testing::TestWithParam<Scene> {};

TEST_P(KernelThreads, GiveTheImageOfTheLoopWithoutARace) {
  for (const Setting& setting : settings(GetParam())) {
    Simulation simulation;
    prepare(simulation, GetParam(), setting);
    const std::vector<double> image = expect_same(described(setting), [&] { return simulation.run64(); });
    EXPECT_TRUE(std::any_of(image.begin(), image.end(), [](double v) { return v > 0; })) << "the image is empty";
  }
}

void expect_same_derivatives(const std::string& what, Simulation& simulation) {
  const auto pixels = static_cast<std::size_t>(simulation.fast_count() * simulation.slow_count());
  const std::vector<double> weights = random_numbers(pixels, 0.5, 1.5);
  expect_same(what, [&] {
    Derivatives found = differentiate(simulation.handle(), loss_over(NBT_LOSS_WEIGHTS, weights), {true, true, true});
    EXPECT_EQ(found.status, NBT_OK) << nbt_last_error(simulation.handle());
    return found;
  });
}

class KernelThreadsOfGradients : public testing::TestWithParam<Scene> {};

TEST_P(KernelThreadsOfGradients, GiveTheDerivativesOfTheLoopWithoutARace) {
  for (const char* precision : {"double", "single"}) {
    Simulation simulation;
    prepare(simulation, GetParam(), {"auto", precision});
    expect_same_derivatives(precision, simulation);
  }
}

TEST_P(KernelThreadsOfGradients, GiveTheDerivativeImagesOfTheLoopWithoutARace) {
  const std::vector<double> data = random_numbers(static_cast<std::size_t>(fast_count * slow_count), 0.5, 1.5);
  const std::vector<std::string> few = {"crystal.cell_lengths_A", "detector.distance_mm", "beam.wavelength_A"};
  for (const char* precision : {"double", "single"}) {
    Simulation simulation;
    prepare(simulation, GetParam(), {"auto", precision});
    expect_same(precision, [&] { return run_jacobian(simulation, {}); });
    expect_same(precision,
                [&] { return run_normal_equations(simulation, loss_over(NBT_LOSS_LEAST_SQUARES, data), few, true); });
  }
}

std::vector<Scene> scenes_with_derivatives() {
  std::vector<Scene> all = scenes();
  std::erase_if(all, [](const Scene& scene) { return !scene.has_derivatives; });
  return all;
}

std::string name_of(const testing::TestParamInfo<Scene>& tested) {
  return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(Scenes, KernelThreads, testing::ValuesIn(scenes()), name_of);
INSTANTIATE_TEST_SUITE_P(Scenes, KernelThreadsOfGradients, testing::ValuesIn(scenes_with_derivatives()), name_of);

bool has_derivatives(const oracle::RandomScene& scene) {
  const auto& compat = scene.options.compat;
  return compat.count("running-product") == 0 && compat.count("nanobragg") == 0;
}

TEST(KernelThreadsOfRandomScenes, GiveWhatTheLoopGivesWithoutARace) {
  const char* wished = std::getenv("NBT_TEST_RANDOM_SCENES");
  const int count = wished == nullptr ? 3 : std::atoi(wished);
  for (int seed = 0; seed < count; ++seed) {
    const oracle::RandomScene scene = oracle::random_scene(static_cast<std::uint64_t>(seed));
    const WorkingFolder folder;
    scene.write_inputs(folder.path());
    for (const char* precision : {"double", "single", "fast"}) {
      const std::string what = scene.describe() + "\n" + precision;
      Simulation simulation(command_line(scene, precision));
      simulation.check(nbt_set_text(simulation.handle(), "execution.device", "cuda"));
      expect_same(what, [&] { return simulation.run64(); });
      if (wished != nullptr && has_derivatives(scene)) expect_same_derivatives(what, simulation);
    }
  }
}

}  // namespace
}  // namespace nbt::test
