// Output files appear whole or not at all.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "golden_case.hpp"
#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

using Names = std::vector<std::string>;

const Names all_outputs{"floatimage.bin", "image.pgm", "intimage.img", "noiseimage.img"};

TEST(Outputs, AllFourByDefault) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene());
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_EQ(directory.files(), all_outputs);
  EXPECT_EQ(directory.bytes("floatimage.bin").size(), 64u * 64 * 4);
  EXPECT_EQ(directory.bytes("intimage.img").size(), 512u + 64 * 64 * 2);
  EXPECT_EQ(directory.bytes("noiseimage.img").size(), 512u + 64 * 64 * 2);
}

TEST(Outputs, SwitchedOffAreNotWritten) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene() + Arguments{"-nopgm", "-nonoise", "--no-float"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_EQ(directory.files(), Names{"intimage.img"});
}

TEST(Outputs, WithoutAFloatFileTheOthersAreTheSame) {
  const WorkDirectory with, without, to_device;
  ASSERT_EQ(run_program(with, small_scene()).exit_code, 0);
  ASSERT_EQ(run_program(without, small_scene() + Arguments{"--no-float"}).exit_code, 0);
  ASSERT_EQ(run_program(to_device, small_scene() + Arguments{"-floatfile", "/dev/null"}).exit_code, 0);
  for (const char* name : {"image.pgm", "intimage.img", "noiseimage.img"}) {
    EXPECT_TRUE(with.bytes(name) == without.bytes(name)) << name;
    EXPECT_TRUE(with.bytes(name) == to_device.bytes(name)) << name;
  }
  EXPECT_EQ(without.files(), (Names{"image.pgm", "intimage.img", "noiseimage.img"}));
}

TEST(Outputs, StandardHeaderHasTheOffsetAndTheReferencesHasNot) {
  const WorkDirectory standard, reference;
  ASSERT_EQ(run_program(standard, small_scene() + Arguments{"-adc", "13"}).exit_code, 0);
  ASSERT_EQ(run_program(reference, small_scene() + Arguments{"-adc", "13", "--compat", "nanobragg"}).exit_code, 0);
  EXPECT_NE(standard.bytes("intimage.img").find("ADC_OFFSET=13;"), std::string::npos);
  EXPECT_EQ(reference.bytes("intimage.img").find("ADC_OFFSET"), std::string::npos);
}

void expect_nothing_left(const Arguments& arguments, const RunOptions& options = {}, int exit_code = 9) {
  const WorkDirectory directory;
  directory.write("intimage.img", "what was here before");
  const Outcome outcome = run_program(directory, small_scene() + arguments, options);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome;
  EXPECT_EQ(directory.files(), Names{"intimage.img"}) << testing::PrintToString(directory.files());
  EXPECT_EQ(directory.bytes("intimage.img"), "what was here before");
  EXPECT_FALSE(outcome.errors.empty());
}

TEST(Outputs, UnwritablePathLeavesNothing) {
  expect_nothing_left({"-noisefile", "absent/noise.img"});
  expect_nothing_left({"-pgmfile", "."});
  expect_nothing_left({"--preview", "absent/preview.png"});
  expect_nothing_left({"--dump-scene", "absent/scene.json"});
  expect_nothing_left({"--json", "absent/report.json"});
}

TEST(Outputs, FullDeviceLeavesNothing) {
  expect_nothing_left({"-noisefile", "/dev/full"});
  expect_nothing_left({"-floatfile", "/dev/full"});
}

// A limit on the size of files fails writes as a full disk does.
TEST(Outputs, FullDiskLeavesNothing) {
  // At least a kilobyte: LLVM's OpenMP runtime makes that much shared memory under the same limit.
  for (const rlim_t bytes : {1100ul, 2000ul, 5000ul, 10000ul}) {
    RunOptions options;
    options.in_child = [bytes] {
      const struct rlimit limit { bytes, bytes };
      setrlimit(RLIMIT_FSIZE, &limit);
    };
    options.output_to = "/dev/null";
    const WorkDirectory directory;
    const Outcome outcome = run_program(directory, small_scene(), options);
    EXPECT_EQ(outcome.exit_code, 9) << bytes << "\n" << outcome;
    EXPECT_TRUE(directory.files().empty()) << bytes << testing::PrintToString(directory.files());
  }
}

TEST(Outputs, FullStandardOutputIsAnError) {
  const WorkDirectory directory;
  RunOptions options;
  options.output_to = "/dev/full";
  EXPECT_EQ(run_program(directory, {"--help"}, options).exit_code, 9);
}

TEST(Outputs, OneNameForTwoIsRefused) {
  const WorkDirectory directory;
  const Outcome outcome =
      run_program(directory, small_scene() + Arguments{"-intfile", "x.img", "-noisefile", "./x.img"});
  EXPECT_EQ(outcome.exit_code, 2) << outcome;
  EXPECT_TRUE(directory.files().empty());
}

// Long enough that the signal comes in the middle: it is sent when the program has opened its files.
void expect_stopped_by(int signal) {
  const WorkDirectory directory;
  RunOptions options;
  options.while_running = [&](pid_t child) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (directory.files().empty() && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_FALSE(directory.files().empty()) << "the program never opened its files";
    kill(child, signal);
  };
  const Arguments long_run{"-detpixels", "2048", "-mosaic", "1", "-mosaic_dom", "2000", "-oversample", "4"};
  const Outcome outcome = run_program(directory, small_scene() + long_run, options);
  EXPECT_EQ(outcome.exit_code, 128 + signal) << outcome;
  EXPECT_TRUE(directory.files().empty()) << testing::PrintToString(directory.files());
}

TEST(Signals, InterruptLeavesNothing) {
  expect_stopped_by(SIGINT);
}

TEST(Signals, TerminationLeavesNothing) {
  expect_stopped_by(SIGTERM);
}

// Reflections for a dump.
void write_list(const WorkDirectory& directory) {
  directory.write("list.hkl", "0 0 1 10\n0 1 0 20\n1 0 0 30\n-1 -1 -1 15\n1 1 1 25\n");
}

const Arguments with_list{"-hkl", "list.hkl", "-cell", "50", "60", "70", "-N", "3", "-detpixels", "16", "-seed", "1"};

TEST(Dump, IsWrittenAfterAListAndReadWithoutOne) {
  const WorkDirectory directory;
  write_list(directory);
  ASSERT_EQ(run_program(directory, with_list).exit_code, 0);
  const std::string from_list = directory.bytes("floatimage.bin");
  EXPECT_EQ(directory.bytes("Fdump.bin").rfind("-1 1 -1 1 -1 1\n\f", 0), 0u);
  const Outcome outcome = run_program(directory, Arguments(with_list.begin() + 2, with_list.end()));
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_NE(outcome.output.find("reading Fs from Fdump.bin"), std::string::npos) << outcome;
  EXPECT_TRUE(directory.bytes("floatimage.bin") == from_list);
}

TEST(Dump, IsNotWrittenWhenNotWanted) {
  const WorkDirectory directory;
  write_list(directory);
  ASSERT_EQ(run_program(directory, with_list + Arguments{"--no-dump"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(directory / "Fdump.bin"));
}

TEST(Dump, ThatCannotBeWrittenIsOnlyAWarning) {
  const WorkDirectory directory;
  write_list(directory);
  const Outcome outcome = run_program(directory, with_list + Arguments{"-dump", "absent/Fdump.bin"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_NE(outcome.output.find("WARNING: unable to open dump file"), std::string::npos) << outcome;
}

TEST(Dump, OfARunThatFailsIsNotLeft) {
  const WorkDirectory directory;
  write_list(directory);
  EXPECT_EQ(run_program(directory, with_list + Arguments{"-intfile", "/dev/full"}).exit_code, 9);
  EXPECT_EQ(directory.files(), Names{"list.hkl"}) << testing::PrintToString(directory.files());
}

}  // namespace
}  // namespace nbt::cli_tests
