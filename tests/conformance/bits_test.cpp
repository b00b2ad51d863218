// The same bits whatever the chunk, the thread count, the region or the company; for every instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <thread>

#include "simulation.hpp"

namespace nbt::test {
namespace {

using Arguments = std::vector<std::string>;

// The direct beam, where index 0 0 0 is on the detector, is a peak however narrow spots are.
Arguments narrow_spots(const char* shape, const char* distance_mm) {
  return {"-cell",     "60",        "60",      "90",  "90",
          "90",        "120",       "-N",      "20",  shape,
          "-distance", distance_mm, "-mosaic", "0.3", "-mosaic_domains",
          "13"};
}

// Wider than one tile (256 pixels), not a multiple of anything, with every option that has its own code path.
const std::vector<std::pair<std::string, Arguments>>& scenes() {
  static const Arguments base = {"-default_F",   "100",  "-lambda",      "1.1", "-distance",   "90",
                                 "-pixel",       "0.21", "-misset",      "11",  "23",          "-37",
                                 "-detpixels_f", "301",  "-detpixels_s", "133", "-oversample", "1"};
  static const auto with = [](Arguments more) {
    Arguments all = base;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  static const std::vector<std::pair<std::string, Arguments>> list = {
      {"square", with({"-cell", "70", "80", "90", "88", "95", "101", "-N", "7"})},
      {"round_mosaic_3", with({"-cell", "70", "80", "90", "90", "90", "90", "-N", "8", "-round_xtal", "-mosaic", "0.4",
                               "-mosaic_domains", "3"})},
      {"gauss_mosaic_9", with({"-cell", "60", "60", "90", "90", "90", "120", "-N", "5", "-gauss_xtal", "-mosaic", "1",
                               "-mosaic_domains", "9"})},
      {"tophat_sweep", with({"-cell", "60", "60", "90", "90", "90", "90", "-N", "5", "-tophat_spots", "-phi", "0",
                             "-osc", "2", "-phisteps", "5"})},
      {"c_parity", with({"-cell", "60", "60", "90", "90", "90", "90", "-N", "6", "-phi", "0", "-osc", "1", "-phisteps",
                         "4", "--phi-carryover-mode", "c-parity", "--phi-carryover-threads", "3"})},
      {"sources_layers_polarization", with({"-cell",  "60",
                                            "60",     "90",
                                            "90",     "90",
                                            "90",     "-N",
                                            "4",      "-divergence",
                                            "3",      "-divsteps",
                                            "3",      "-dispersion",
                                            "2",      "-dispsteps",
                                            "2",      "-detector_thick",
                                            "400",    "-detector_abs",
                                            "300",    "-detector_thicksteps",
                                            "3",      "-polar",
                                            "0.8",    "-oversample_polar",
                                            "-water", "20"})},
      {"running_product", with({"-cell", "60", "60", "90", "90", "90", "90", "-N", "4", "-osc", "1", "-phisteps", "2",
                                "-oversample_omega", "--compat", "running-product"})},
      // Rows that leave the list and come back.
      {"square_list", with({"-cell", "70", "80", "90", "88", "95", "101", "-N", "7", "-hkl", "P1.hkl", "-nointerpolate",
                            "-mosaic", "0.5", "-mosaic_domains", "3"})},
      {"square_tricubic",
       with({"-cell", "70", "80", "90", "88", "95", "101", "-N", "7", "-hkl", "P1.hkl", "-interpolate"})},
      {"square_tails_left_out", with({"-cell", "70", "80", "90", "88", "95", "101", "-N", "30", "-mosaic", "0.5",
                                      "-mosaic_domains", "11", "-distance", "900", "--tail-tolerance", "0.1"})},
      {"round_tails_left_out", with({"-cell", "70", "80", "90", "90", "90", "90", "-N", "20", "-round_xtal", "-osc",
                                     "1", "-phisteps", "7", "-distance", "900", "--tail-tolerance", "0.1"})},
      // Orientations that give nothing are left out by segments of 16, 32 and 64 pixels.
      {"gauss_segments_16", with(narrow_spots("-gauss_xtal", "250"))},
      {"gauss_segments_32", with(narrow_spots("-gauss_xtal", "600"))},
      {"gauss_segments_64", with(narrow_spots("-gauss_xtal", "1000"))},
      {"tophat_segments_16", with(narrow_spots("-tophat_spots", "250"))},
      {"tophat_segments_64", with(narrow_spots("-tophat_spots", "1000"))},
  };
  return list;
}

// P1.hkl of the scenes: a box without 0 0 0 that the detector's pixels enter and leave.
void write_reflections(const std::filesystem::path& folder) {
  std::ofstream file(folder / "P1.hkl");
  for (int h = -9; h <= 9; ++h) {
    for (int k = 1; k <= 14; ++k) {
      for (int l = -6; l <= 8; ++l)
        file << h << ' ' << k << ' ' << l << ' ' << 20 + (h * h + 3 * k + 7 * l * l) % 97 << '\n';
    }
  }
}

std::string first_difference(const std::vector<float>& a, const std::vector<float>& b, std::int64_t fast_count) {
  if (a.size() != b.size()) return "sizes differ: " + std::to_string(a.size()) + " and " + std::to_string(b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(&a[i], &b[i], sizeof a[i]) != 0) {
      const auto fast = static_cast<std::size_t>(fast_count);
      return "slow " + std::to_string(i / fast) + ", fast " + std::to_string(i % fast) + ": " + std::to_string(a[i]) +
             " and " + std::to_string(b[i]);
    }
  }
  return "";
}

struct Setting {
  std::string simd;
  std::string precision;
};

// `fast` is for the square shape; the others run in `single`.
bool knows_fast(const Arguments& arguments) {
  return std::none_of(arguments.begin(), arguments.end(), [](const std::string& word) {
    return word == "-round_xtal" || word == "-gauss_xtal" || word == "-tophat_spots";
  });
}

std::vector<Setting> settings(const Arguments& arguments) {
  std::vector<Setting> all;
  for (const std::string& simd : simd_targets()) {
    for (const char* precision : {"double", "single"}) all.push_back({simd, precision});
    if (knows_fast(arguments)) all.push_back({simd, "fast"});
  }
  all.push_back({"auto", "exact"});
  return all;
}

class Bits : public testing::TestWithParam<std::size_t> {
 protected:
  // Runs `check(simulation, reference image)` for every instruction set and precision.
  template <class Check>
  void for_every_setting(Check check) {
    const auto& [name, arguments] = scenes()[GetParam()];
    const WorkingFolder folder;
    write_reflections(folder.path());
    for (const Setting& setting : settings(arguments)) {
      SCOPED_TRACE(name + ", " + setting.simd + ", " + setting.precision);
      Simulation simulation(arguments);
      simulation.set_text("execution.simd_target", setting.simd).set_text("precision.mode", setting.precision);
      simulation.set("execution.threads", 2);
      const std::vector<float> whole = simulation.run32();
      ASSERT_TRUE(std::any_of(whole.begin(), whole.end(), [](float v) { return v > 0; })) << "the image is empty";
      check(simulation, whole);
    }
  }
};

TEST_P(Bits, DoNotDependOnTheChunk) {
  for_every_setting([](Simulation& simulation, const std::vector<float>& whole) {
    for (const std::int64_t rows : {1, 7, 64, 128, 256, 512, 133, 100000, 0}) {
      EXPECT_EQ(first_difference(simulation.run32_chunked(rows), whole, simulation.fast_count()), "")
          << "rows per chunk: " << rows;
    }
  });
}

TEST_P(Bits, DoNotDependOnTheThreadCount) {
  for_every_setting([](Simulation& simulation, const std::vector<float>& whole) {
    for (const int threads : {1, 2, 3, 8}) {
      simulation.set("execution.threads", threads);
      EXPECT_EQ(first_difference(simulation.run32(), whole, simulation.fast_count()), "") << "threads: " << threads;
    }
  });
}

// In c-parity the first-sweep pixels belong to the region by definition: at most one per imitated thread, in the whole
// image and in the part.
std::size_t allowed_differences(const std::string& scene) {
  return scene == "c_parity" ? 2 * 3 : 0;
}

TEST_P(Bits, DoNotDependOnTheRegion) {
  const std::size_t allowed = allowed_differences(scenes()[GetParam()].first);
  for_every_setting([allowed](Simulation& simulation, const std::vector<float>& whole) {
    const std::int64_t first_fast = 37, last_fast = 263, first_slow = 5, last_slow = 64;
    simulation.check(nbt_set_roi(simulation.handle(), first_fast, last_fast, first_slow, last_slow));
    const std::vector<float> part = simulation.run32();
    const std::int64_t fast_count = simulation.fast_count();
    std::size_t different = 0;
    for (std::int64_t slow = 0; slow < simulation.slow_count(); ++slow) {
      for (std::int64_t fast = 0; fast < fast_count; ++fast) {
        const auto i = static_cast<std::size_t>(slow * fast_count + fast);
        const bool inside = fast >= first_fast && fast <= last_fast && slow >= first_slow && slow <= last_slow;
        if (part[i] == (inside ? whole[i] : 0.0f)) continue;
        ASSERT_TRUE(inside) << "slow " << slow << ", fast " << fast << " is not 0";
        ASSERT_LE(++different, allowed) << "slow " << slow << ", fast " << fast;
      }
    }
  });
}

TEST_P(Bits, DoNotDependOnACloneThatRunsAtTheSameTime) {
  for_every_setting([](Simulation& simulation, const std::vector<float>& whole) {
    Simulation clone(simulation);
    std::vector<float> beside;
    std::thread other([&] { beside = clone.run32(); });
    const std::vector<float> here = simulation.run32();
    other.join();
    EXPECT_EQ(first_difference(here, whole, simulation.fast_count()), "");
    EXPECT_EQ(first_difference(beside, whole, simulation.fast_count()), "");
  });
}

// Otherwise the scenes with a tail tolerance would be ordinary ones.
TEST(BitsScenes, LeaveTailsOutWhereTheySaySo) {
  int scenes_with_tails = 0;
  for (const auto& [name, arguments] : scenes()) {
    if (std::find(arguments.begin(), arguments.end(), "--tail-tolerance") == arguments.end()) continue;
    ++scenes_with_tails;
    Simulation simulation(arguments);
    const std::vector<float> without_tails = simulation.run32();
    simulation.set("sampling.tail_tolerance", 0);
    EXPECT_NE(first_difference(simulation.run32(), without_tails, simulation.fast_count()), "") << name;
  }
  EXPECT_EQ(scenes_with_tails, 2);
}

INSTANTIATE_TEST_SUITE_P(Scenes, Bits, testing::Range<std::size_t>(0, scenes().size()),
                         [](const auto& tested) { return scenes()[tested.param].first; });

}  // namespace
}  // namespace nbt::test
