// MEM-005: the whole process stays small however large the detector is.
#include <gtest/gtest.h>

#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

TEST(MemoryCeiling, LargeDetectorStaysUnderAHundredMebibytes) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, {"-default_F",  "100",
                                                  "-cell",       "50",
                                                  "60",          "70",
                                                  "-N",          "10",
                                                  "-lambda",     "1",
                                                  "-distance",   "500",
                                                  "-detpixels",  "8192",
                                                  "-pixel",      "0.1",
                                                  "-mosaic",     "0.5",
                                                  "-mosaic_dom", "9",
                                                  "-oversample", "1",
                                                  "-seed",       "1",
                                                  "-noprogress", "--pixel-batch-size",
                                                  "64",          "--preview",
                                                  "preview.png"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_LT(outcome.peak_resident_kib, 100 * 1024);
  RecordProperty("peak_resident_kib", static_cast<int>(outcome.peak_resident_kib));
}

}  // namespace
}  // namespace nbt::cli_tests
