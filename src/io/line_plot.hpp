// A curve with axes as PNG: enough to see whether something converges.
#pragma once

#include <string>
#include <vector>

namespace nbt::io {

struct LinePlot {
  std::string x_label;  // letters that the plot's small font has: see line_plot.cpp
  std::string y_label;
  std::vector<double> y;     // at x = 0, 1, 2, ...
  bool logarithmic = false;  // of y; points that are not above 0 are left out
};

// Throws Error(out_of_range) when there is no finite point to draw, Error(file) when the file cannot be written; it
// appears whole or not at all.
void write_line_plot(const std::string& path, const LinePlot& plot);

}  // namespace nbt::io
