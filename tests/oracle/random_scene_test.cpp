// Random scenes are worth comparing with: valid, reproducible, varied; and the oracle obeys what must hold for any
// scene.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "oracle.hpp"

namespace nbt::oracle {
namespace {

constexpr std::uint64_t scene_count = 400;

TEST(RandomScene, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(random_scene(seed).describe(), random_scene(seed).describe());
    EXPECT_EQ(random_scene(seed).options.files, random_scene(seed).options.files) << seed;
    EXPECT_NE(random_scene(seed).arguments, random_scene(seed + 1).arguments) << seed;
  }
}

TEST(RandomScene, UsesEveryOptionAndToken) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < scene_count; ++seed) {
    const auto scene = random_scene(seed);
    seen.insert(scene.arguments.begin(), scene.arguments.end());
    seen.insert(scene.options.compat.begin(), scene.options.compat.end());
    seen.insert(scene.options.fix.begin(), scene.options.fix.end());
    seen.insert(scene.options.phi_carryover);
  }
  for (const auto* word : {"-adxv",
                           "-mosflm",
                           "-denzo",
                           "-xds",
                           "-dials",
                           "-beam_vector",
                           "-pix0_vector_mm",
                           "-twotheta_axis",
                           "-spindle_axis",
                           "-close_distance",
                           "-pivot",
                           "-curved_det",
                           "-point_pixel",
                           "-detector_rotx",
                           "-twotheta",
                           "-detector_thicksteps",
                           "-img",
                           "-mask",
                           "-roi",
                           "-mat",
                           "-cell",
                           "-misset_seed",
                           "-xtalsize",
                           "-round_xtal",
                           "-gauss_xtal",
                           "-tophat_spots",
                           "-fudge",
                           "-mosaic",
                           "-sourcefile",
                           "-hdivstep",
                           "-vdivrange",
                           "-dispersion",
                           "-polar",
                           "-nopolar",
                           "-flux",
                           "-dmin",
                           "-water",
                           "-phisteps",
                           "-phistep",
                           "-hkl",
                           "-dump",
                           "-interpolate",
                           "-oversample_thick",
                           "-oversample_polar",
                           "-oversample_omega",
                           "nanobragg",
                           "running-product",
                           "skewed-cell",
                           "interp-latch",
                           "spot-metric-hkl",
                           "c-parity",
                           "spec"}) {
    EXPECT_EQ(seen.count(word), 1u) << word;
  }
}

TEST(RandomScene, RendersToFiniteValuesBelowTheEnvelope) {
  int with_signal = 0;
  for (std::uint64_t seed = 0; seed < scene_count; ++seed) {
    const auto scene = random_scene(seed);
    const auto result = render(scene.arguments, scene.options);
    const bool round = std::count(scene.arguments.begin(), scene.arguments.end(), "-round_xtal") > 0;
    const double slack = round ? 4.0 / 3.0 : 1.0 + 1e-12;
    double largest = 0.0;
    for (std::size_t i = 0; i < result.image.size(); ++i) {
      ASSERT_TRUE(std::isfinite(result.image[i])) << scene.describe();
      ASSERT_LE(std::abs(result.image[i]), std::abs(result.envelope[i]) * slack) << scene.describe() << " pixel " << i;
      largest = std::max(largest, result.image[i]);
    }
    if (largest > 0.0) ++with_signal;
  }
  EXPECT_GT(with_signal, static_cast<int>(scene_count) * 8 / 10);
}

TEST(RandomScene, GivesTheSameFromFilesAsFromMemory) {
  const auto directory = std::filesystem::path(testing::TempDir()) / "nbt_random_scene";
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto scene = random_scene(seed);
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    scene.write_inputs(directory);
    auto from_files = scene.options;
    from_files.files.clear();
    from_files.directory = directory;
    EXPECT_EQ(render(scene.arguments, from_files).image, render(scene.arguments, scene.options).image)
        << scene.describe();
  }
  std::filesystem::remove_all(directory);
}

// Each --compat token changes some scene: a switch that nothing reads would pass every comparison.
TEST(RandomScene, EveryTokenChangesSomeImage) {
  for (const std::string token :
       {"pix0-ignored", "lax-args", "raw-twotheta-axis", "curved-lab-axes", "equal-source-weights", "interp-latch",
        "phi-carryover", "wide-layer-pitch", "thick-zero-black", "polar-overrides-nopolar", "skewed-cell",
        "misset-90-radians", "running-product", "last-layer-capture", "water-scaled-twice"}) {
    bool changed = false;
    for (std::uint64_t seed = 0; seed < scene_count && !changed; ++seed) {
      auto scene = random_scene(seed);
      scene.options.compat.clear();
      scene.options.fix.clear();
      scene.options.phi_carryover.clear();
      try {
        const auto before = render(scene.arguments, scene.options).image;
        scene.options.compat = {token};
        changed = render(scene.arguments, scene.options).image != before;
      } catch (const std::invalid_argument&) {
        continue;  // valid only with the tokens it came with
      }
    }
    EXPECT_TRUE(changed) << token;
  }
}

}  // namespace
}  // namespace nbt::oracle
