// Command lines, right and wrong, and the exit status that tells which.
#include <gtest/gtest.h>

#include "arguments/option_table.hpp"
#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

void expect_refused(const Arguments& arguments, int exit_code, const std::string& named) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, arguments);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome;
  EXPECT_NE(outcome.errors.find(named), std::string::npos) << "should name " << named << "\n" << outcome;
  EXPECT_TRUE(directory.files().empty()) << testing::PrintToString(directory.files());
}

TEST(Options, UnknownOptionNamesTheNearest) {
  expect_refused(small_scene() + Arguments{"-distanse", "100"}, 2, "-distance");
}

TEST(Options, UnknownDoubleDashOptionNamesTheProgramsOwn) {
  expect_refused(small_scene() + Arguments{"--pixel-batchsize", "8"}, 2, "--pixel-batch-size");
}

TEST(Options, MissingValueNamesTheOption) {
  expect_refused(small_scene() + Arguments{"-distance"}, 2, "-distance");
  expect_refused(small_scene() + Arguments{"--scene"}, 2, "--scene");
  expect_refused(small_scene() + Arguments{"--trace-pixel", "3"}, 2, "--trace-pixel");
}

TEST(Options, WrongValueNamesIt) {
  expect_refused(small_scene() + Arguments{"-distance", "far"}, 2, "far");
  expect_refused(small_scene() + Arguments{"--pixel-batch-size", "many"}, 2, "many");
  expect_refused(small_scene() + Arguments{"--precision", "triple"}, 2, "triple");
}

// The value and the range that it should be in.
TEST(Options, TolerancesOutsideTheirRangesAreRefused) {
  for (const char* value : {"0", "9e-07", "1.5", "-1e-04", "nan", "inf", "low"}) {
    expect_refused(small_scene() + Arguments{"--precision-tolerance", value}, 2, value);
  }
  for (const char* value : {"-1e-09", "1.5", "nan", "-inf", "low"}) {
    expect_refused(small_scene() + Arguments{"--tail-tolerance", value}, 2, value);
  }
  expect_refused(small_scene() + Arguments{"--precision-tolerance", "2"}, 2, "1e-06 to 1");
  expect_refused(small_scene() + Arguments{"--tail-tolerance", "2"}, 2, "0 to 1");
  expect_refused(small_scene() + Arguments{"--precision", "triple"}, 2, "double|single|fast|exact");
}

TEST(Options, WordThatIsNoOptionIsRefused) {
  expect_refused({"rendre"}, 2, "rendre");
}

TEST(Options, LaxArgumentsIgnoreWhatTheyDoNotKnow) {
  const WorkDirectory directory;
  const Arguments lax = small_scene() + Arguments{"-distanse", "100", "--compat", "lax-args"};
  EXPECT_EQ(run_program(directory, lax).exit_code, 0);
}

TEST(Options, ProgramOptionsMayStandAnywhere) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, Arguments{"--quiet", "--pixel-batch-size=3"} + small_scene());
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
}

TEST(ExitStatus, MissingInputIsNineWithTheUsageOnStandardOutput) {
  for (const Arguments& arguments :
       {Arguments{}, Arguments{"-cell", "50", "60", "70"}, Arguments{"-default_F", "100"}}) {
    const WorkDirectory directory;
    const Outcome outcome = run_program(directory, arguments);
    EXPECT_EQ(outcome.exit_code, 9) << outcome;
    EXPECT_NE(outcome.output.find("Usage: nbt"), std::string::npos) << outcome;
    EXPECT_TRUE(directory.files().empty());
  }
}

TEST(ExitStatus, UnreadableInputIsNine) {
  expect_refused({"-hkl", "absent.hkl", "-cell", "50", "60", "70"}, 9, "absent.hkl");
  expect_refused(small_scene() + Arguments{"-sourcefile", "absent.txt"}, 9, "absent.txt");
  expect_refused({"--scene", "absent.json"}, 9, "absent.json");
}

TEST(ExitStatus, ReflectionListWithoutEntriesIsNine) {
  const WorkDirectory directory;
  directory.write("empty.hkl", "# nothing\n");
  const Outcome outcome = run_program(directory, {"-hkl", "empty.hkl", "-cell", "50", "60", "70"});
  EXPECT_EQ(outcome.exit_code, 9) << outcome;
  EXPECT_EQ(directory.files(), std::vector<std::string>{"empty.hkl"});
}

TEST(ExitStatus, ImpossibleSceneIsThree) {
  expect_refused(small_scene() + Arguments{"-flux", "1e12", "-beamsize", "0"}, 3, "beam.size_mm");
}

TEST(ExitStatus, MemoryLimitIsFour) {
  expect_refused(small_scene() + Arguments{"--max-memory", "100"}, 4, "100");
}

TEST(ExitStatus, UnknownDeviceIsSix) {
  expect_refused(small_scene() + Arguments{"--device", "abacus"}, 6, "abacus");
}

TEST(Help, BeginsWithExamplesAndListsEveryOption) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, {"--help"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  std::size_t first_option = std::string::npos;
  for (const OptionInfo& option : option_table()) {
    const std::size_t place = outcome.output.find("\n  " + std::string(option.name()));
    EXPECT_NE(place, std::string::npos) << option.name();
    first_option = std::min(first_option, place);
  }
  EXPECT_LT(outcome.output.find("Examples:"), first_option);
  for (const char* name : {"--scene", "--dump-scene", "--pixel-batch-size", "--dry-run", "--trace-pixel", "--preview",
                           "--json", "--quiet", "--verbose", "--help", "--version", "--no-float", "--no-int"}) {
    EXPECT_NE(outcome.output.find("\n  " + std::string(name)), std::string::npos) << name;
  }
}

TEST(Help, WinsOverEverythingElse) {
  const WorkDirectory directory;
  EXPECT_EQ(run_program(directory, small_scene() + Arguments{"--help"}).exit_code, 0);
  EXPECT_TRUE(directory.files().empty());
}

TEST(Help, EveryCommandHasSome) {
  for (const char* command : {"devices", "noise", "compare", "compare-traces", "structure-factors"}) {
    const WorkDirectory directory;
    const Outcome outcome = run_program(directory, {command, "--help"});
    EXPECT_EQ(outcome.exit_code, 0) << command << "\n" << outcome;
    EXPECT_FALSE(outcome.output.empty()) << command;
  }
}

TEST(Version, IsPrinted) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, {"--version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output.rfind("nbt ", 0), 0u) << outcome;
}

}  // namespace
}  // namespace nbt::cli_tests
