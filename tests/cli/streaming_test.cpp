// Rows at a time: never another bit.
#include <gtest/gtest.h>

#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

TEST(Streaming, BatchSizeChangesNoByteOfAnyOutput) {
  const WorkDirectory automatic;
  ASSERT_EQ(run_program(automatic, small_scene()).exit_code, 0);
  for (const char* rows : {"1", "7", "63", "64", "1000", "-3"}) {
    const WorkDirectory directory;
    const Outcome outcome = run_program(directory, small_scene() + Arguments{"--pixel-batch-size", rows});
    ASSERT_EQ(outcome.exit_code, 0) << rows << "\n" << outcome;
    ASSERT_EQ(directory.files(), automatic.files()) << rows;
    for (const std::string& name : automatic.files()) {
      EXPECT_TRUE(directory.bytes(name) == automatic.bytes(name)) << name << " with rows " << rows;
    }
  }
}

TEST(Streaming, RegionThatIsSmallerThanTheDetectorIsWrittenWhole) {
  const WorkDirectory directory;
  const Outcome outcome =
      run_program(directory, small_scene() + Arguments{"-roi", "10", "20", "30", "40", "--pixel-batch-size", "9"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_EQ(directory.bytes("floatimage.bin").size(), 64u * 64 * 4);
}

TEST(Streaming, ThreadsChangeNoByte) {
  const WorkDirectory one, three;
  ASSERT_EQ(run_program(one, small_scene() + Arguments{"--threads", "1"}).exit_code, 0);
  ASSERT_EQ(run_program(three, small_scene() + Arguments{"--threads", "3"}).exit_code, 0);
  for (const std::string& name : one.files()) EXPECT_TRUE(one.bytes(name) == three.bytes(name)) << name;
}

}  // namespace
}  // namespace nbt::cli_tests
