// How rows are cut: a launch is not too long, has enough blocks for a large card, and never less than a row.
#include "cuda/slab_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nbt::cuda {
namespace {

std::shared_ptr<const Plan> plan_of(int oversample, int domains) {
  Parameters parameters;
  parameters.set_text("crystal.cell_lengths_A", "70 80 90");
  parameters.set_text("structure_factors.default_F", "100");
  parameters.set_text("detector.pixels", "256 50");
  parameters.set_text("sampling.oversample", std::to_string(oversample));
  parameters.set_text("crystal.mosaic_spread_deg", "0.5");
  parameters.set_text("crystal.mosaic_domains", std::to_string(domains));
  return make_plan(resolve(parameters, {}));
}

TEST(SlabRows, OfOneLaunchAreAsManyAsItsEvaluationsAllow) {
  for (const int domains : {1, 7, 100}) {
    for (const int oversample : {1, 10, 300}) {
      for (const std::int64_t fast_count : {1, 256, 257, 5000}) {
        const auto plan = plan_of(oversample, domains);
        // Tiles of 256 pixels are rendered whole.
        const double pixels = 256.0 * static_cast<double>((fast_count + 255) / 256);
        const double per_row = pixels * domains * oversample * oversample;
        const double per_block = 256.0 * domains * oversample * oversample;
        const double most = std::max(4e9, std::min(1024 * per_block, 4e11));
        const std::int64_t rows = rows_of_one_launch(*plan, fast_count);
        const std::string what = std::to_string(domains) + " domains, oversample " + std::to_string(oversample) + ", " +
                                 std::to_string(fast_count) + " pixels";
        ASSERT_GE(rows, 1) << what;
        EXPECT_TRUE(rows == 1 || static_cast<double>(rows) * per_row <= most) << what << ": " << rows;
        EXPECT_GT(static_cast<double>(rows + 1) * per_row, most) << what << ": " << rows;
      }
    }
  }
}

}  // namespace
}  // namespace nbt::cuda
