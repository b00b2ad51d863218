// A scene that is written and read again is the same scene.
#include <gtest/gtest.h>

#include "golden_case.hpp"
#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

// Cases that between them have reflections, sources, a mask, a matrix, random orientation, mosaic domains.
class SceneRoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(SceneRoundTrip, GivesTheSameBytes) {
  const golden::GoldenCase golden = golden::load_case(GetParam());
  const WorkDirectory written, read;
  std::filesystem::create_directory_symlink(golden::data_directory() / "inputs", written / "inputs");
  const Outcome first =
      run_program(written, golden.arguments + Arguments{"--no-dump", "-seed", "5", "--dump-scene", "scene.json"});
  ASSERT_EQ(first.exit_code, 0) << first;
  read.write("scene.json", written.bytes("scene.json"));
  const Outcome second = run_program(read, {"--scene", "scene.json"});
  ASSERT_EQ(second.exit_code, 0) << second;
  for (const std::string& name : read.files()) EXPECT_TRUE(read.bytes(name) == written.bytes(name)) << name;
  EXPECT_EQ(read.files().size() + 1, written.files().size()) << "one has inputs/";
}

INSTANTIATE_TEST_SUITE_P(Cases, SceneRoundTrip,
                         testing::Values("cubic_basic", "hkl_duplicates", "sourcefile", "mask_header", "mat_file",
                                         "misset_random_12345", "mosaic_9_seed", "conv_custom", "thick_layers"));

TEST(Scene, OptionsChangeWhatTheFileSays) {
  const WorkDirectory directory;
  ASSERT_EQ(run_program(directory, small_scene() + Arguments{"--dump-scene", "scene.json"}).exit_code, 0);
  const Outcome outcome = run_program(directory, {"--scene", "scene.json", "-detpixels", "32", "--quiet"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_EQ(directory.bytes("floatimage.bin").size(), 32u * 32 * 4);
}

TEST(Scene, UnknownKeyIsAnErrorThatNamesIt) {
  const WorkDirectory directory;
  ASSERT_EQ(run_program(directory, small_scene() + Arguments{"--dump-scene", "scene.json"}).exit_code, 0);
  std::string text = directory.bytes("scene.json");
  text.insert(text.find('{') + 1, "\"colour\": 3,");
  directory.write("scene.json", text);
  const Outcome outcome = run_program(directory, {"--scene", "scene.json"});
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_NE(outcome.errors.find("colour"), std::string::npos) << outcome;
}

}  // namespace
}  // namespace nbt::cli_tests
