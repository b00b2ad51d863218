// The reference's command lines, end to end, give the reference's bytes.
#include <gtest/gtest.h>

#include <algorithm>

#include "golden_case.hpp"
#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

using golden::GoldenCase;

std::string name_given(const GoldenCase& golden, const std::string& option, const std::string& otherwise) {
  const auto place = std::find(golden.arguments.rbegin(), golden.arguments.rend(), option);
  return place == golden.arguments.rend() ? otherwise : *(place - 1);
}

void expect_stored_bytes(const GoldenCase& golden, const std::string& kind, const WorkDirectory& directory,
                         const std::string& file) {
  const auto expected = golden::load_output(golden, kind);
  if (!expected) return;
  const std::string ours = directory.bytes(file);
  ASSERT_EQ(ours.size(), expected->size()) << kind;
  const auto [here, there] = std::mismatch(ours.begin(), ours.end(), expected->begin());
  EXPECT_EQ(here, ours.end()) << kind << ": first difference at byte " << (here - ours.begin());
}

class EveryCase : public testing::TestWithParam<std::string> {};

TEST_P(EveryCase, GivesTheReferencesBytes) {
  const GoldenCase golden = golden::load_case(GetParam());
  const WorkDirectory directory;
  std::filesystem::create_directory_symlink(golden::data_directory() / "inputs", directory / "inputs");
  const Outcome outcome = run_program(
      directory, golden.arguments + Arguments{"--compat", "nanobragg", "--precision", "exact",
                                              "--phi-carryover-threads", std::to_string(golden.reference_threads)});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_EQ(golden::sha256(directory.bytes(name_given(golden, "-floatfile", "floatimage.bin"))), golden.image_sha256);
  expect_stored_bytes(golden, "int", directory, name_given(golden, "-intfile", "intimage.img"));
  expect_stored_bytes(golden, "noise", directory, name_given(golden, "-noisefile", "noiseimage.img"));
  expect_stored_bytes(golden, "pgm", directory, name_given(golden, "-pgmfile", "image.pgm"));
  expect_stored_bytes(golden, "dump", directory, name_given(golden, "-dump", "Fdump.bin"));
}

INSTANTIATE_TEST_SUITE_P(Golden, EveryCase, testing::ValuesIn(golden::case_names()),
                         [](const auto& golden_case) { return golden_case.param; });

}  // namespace
}  // namespace nbt::cli_tests
