// Random scenes, all options mixed, against the oracle, which shares no code with the library.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "oracle.hpp"
#include "random_command_line.hpp"
#include "simulation.hpp"
#include "tolerance.hpp"

namespace nbt::test {
namespace {

constexpr std::uint64_t scenes_per_test = 20;
constexpr int tests = 20;

// The error bound of a scene that runs in `fast`; 0 for others, which run in `single`.
double fast_bound_of(Simulation& simulation) {
  const auto precision = nlohmann::json::parse(simulation.report()).at("precision");
  return precision.at("used") == "fast" ? precision.at("fast_error_bound").get<double>() : 0;
}

class RandomScenes : public testing::TestWithParam<int> {
 protected:
  // `judge(simulation, truth)` compares the image with the oracle's.
  template <class Judge>
  void agree(const std::string& precision, const Judge& judge) {
    for (std::uint64_t i = 0; i < scenes_per_test; ++i) {
      const std::uint64_t seed = static_cast<std::uint64_t>(GetParam()) * scenes_per_test + i;
      const oracle::RandomScene scene = oracle::random_scene(seed);
      const WorkingFolder folder;
      scene.write_inputs(folder.path());
      oracle::Options options = scene.options;
      options.directory = folder.path();
      const oracle::Result truth = oracle::render(scene.arguments, options);
      try {
        Simulation simulation(command_line(scene, precision));
        const Agreement agreement = judge(simulation, truth);
        EXPECT_LE(agreement.worst, 1) << agreement.text << "\n" << scene.describe();
      } catch (const StatusError& error) {
        ADD_FAILURE() << error.what() << "\n" << scene.describe();
      }
    }
  }
};

auto within(const Tolerance& tolerance) {
  return [&tolerance](Simulation& simulation, const oracle::Result& truth) {
    return compare(simulation.run32(), truth, tolerance);
  };
}

TEST_P(RandomScenes, AgreeWithTheOracleInDouble) {
  agree("double", within(double_tolerance));
}
TEST_P(RandomScenes, AgreeWithTheOracleInSingle) {
  agree("single", within(single_tolerance));
}
TEST_P(RandomScenes, AgreeWithTheOracleInExact) {
  agree("exact", within(exact_tolerance));
}
// Of the envelope alone, within the bound that the report tells.
TEST_P(RandomScenes, AgreeWithTheOracleInFast) {
  int in_fast = 0;
  agree("fast", [&](Simulation& simulation, const oracle::Result& truth) {
    const double bound = fast_bound_of(simulation);
    if (bound == 0) return compare(simulation.run32(), truth, single_tolerance);
    ++in_fast;
    return compare_with_envelope(simulation.run32(), truth, bound);
  });
  EXPECT_GT(in_fast, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomScenes, testing::Range(0, tests));

}  // namespace
}  // namespace nbt::test
