// Random scenes, all options mixed, against the oracle, which shares no code with the library.
#include <gtest/gtest.h>

#include "oracle.hpp"
#include "simulation.hpp"
#include "tolerance.hpp"

namespace nbt::test {
namespace {

constexpr std::uint64_t scenes_per_test = 20;
constexpr int tests = 20;

std::vector<std::string> command_line(const oracle::RandomScene& scene, const std::string& precision) {
  std::vector<std::string> arguments = scene.arguments;
  const auto add = [&](const std::string& option, const std::set<std::string>& tokens) {
    if (tokens.empty()) return;
    std::string list;
    for (const std::string& token : tokens) list += (list.empty() ? "" : ",") + token;
    arguments.push_back(option);
    arguments.push_back(list);
  };
  add("--compat", scene.options.compat);
  add("--fix", scene.options.fix);
  if (!scene.options.phi_carryover.empty()) {
    arguments.insert(arguments.end(), {"--phi-carryover-mode", scene.options.phi_carryover});
  }
  arguments.insert(arguments.end(), {"--phi-carryover-threads", std::to_string(scene.options.carryover_threads),
                                     "--precision", precision});
  return arguments;
}

class RandomScenes : public testing::TestWithParam<int> {
 protected:
  void agree(const std::string& precision, const Tolerance& tolerance) {
    for (std::uint64_t i = 0; i < scenes_per_test; ++i) {
      const std::uint64_t seed = static_cast<std::uint64_t>(GetParam()) * scenes_per_test + i;
      const oracle::RandomScene scene = oracle::random_scene(seed);
      const WorkingFolder folder;
      scene.write_inputs(folder.path());
      oracle::Options options = scene.options;
      options.directory = folder.path();
      const oracle::Result truth = oracle::render(scene.arguments, options);
      try {
        const Agreement agreement = compare(Simulation(command_line(scene, precision)).run32(), truth, tolerance);
        EXPECT_LE(agreement.worst, 1) << agreement.text << "\n" << scene.describe();
      } catch (const StatusError& error) {
        ADD_FAILURE() << error.what() << "\n" << scene.describe();
      }
    }
  }
};

TEST_P(RandomScenes, AgreeWithTheOracleInDouble) {
  agree("double", double_tolerance);
}
TEST_P(RandomScenes, AgreeWithTheOracleInSingle) {
  agree("single", single_tolerance);
}
TEST_P(RandomScenes, AgreeWithTheOracleInExact) {
  agree("exact", exact_tolerance);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomScenes, testing::Range(0, tests));

}  // namespace
}  // namespace nbt::test
