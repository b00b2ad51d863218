#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <vector>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "io/line_plot.hpp"
#include "read_png.hpp"

namespace nbt::io {
namespace {

// Mean row of the curve's blue pixels in a range of columns; the curve is the only thing that is blue.
double mean_row(const PngPicture& picture, std::int64_t first_column, std::int64_t last_column) {
  double sum = 0, count = 0;
  for (std::int64_t row = 0; row < picture.height; ++row) {
    for (std::int64_t column = first_column; column < last_column; ++column) {
      const auto [red, green, blue] = picture.at(column, row);
      if (blue <= red + 100) continue;
      sum += static_cast<double>(row);
      ++count;
    }
  }
  return count > 0 ? sum / count : -1;
}

PngPicture drawn(const LinePlot& plot) {
  const ScratchFolder folder;
  write_line_plot(folder.file("plot.png"), plot);
  return read_png(folder.file("plot.png"));
}

TEST(LinePlot, FallingCurveFalls) {
  const PngPicture picture = drawn({"iteration", "loss", {4, 3, 2, 1, 0}, false});
  const double left = mean_row(picture, 0, picture.width / 3);
  const double right = mean_row(picture, 2 * picture.width / 3, picture.width);
  EXPECT_GT(left, 0);
  EXPECT_GT(right, left + static_cast<double>(picture.height) / 4);  // rows count from the top
}

TEST(LinePlot, LogarithmOfAPowerIsStraight) {
  const PngPicture picture = drawn({"iteration", "loss", {1e6, 1e4, 1e2, 1, 0}, true});
  const std::int64_t quarter = picture.width / 4;
  const double first = mean_row(picture, quarter - 20, quarter);
  const double second = mean_row(picture, quarter + 60, quarter + 80);
  const double third = mean_row(picture, quarter + 140, quarter + 160);
  EXPECT_GT(second, first);
  EXPECT_NEAR(third - second, second - first, 8);  // the marks of the points are 8 pixels wide
}

TEST(LinePlot, NoPointIsAnErrorAndLeavesNoFile) {
  const ScratchFolder folder;
  const std::string path = folder.file("plot.png");
  expect_error(Status::out_of_range, {"point"}, [&] { write_line_plot(path, {"iteration", "loss", {}, false}); });
  const double nan = std::numeric_limits<double>::quiet_NaN();
  expect_error(Status::out_of_range, {"point"}, [&] {
    write_line_plot(path, {"iteration", "loss", {nan, nan}, false});
  });
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace nbt::io
