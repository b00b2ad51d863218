// A picture of B - A: blue where B is lower, white where equal, red where it is higher.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/image_compare.hpp"

namespace nbt::io {

struct DifferenceOptions {
  std::optional<ImageRegion> region;        // all pixels otherwise
  std::int64_t largest_edge_pixels = 2048;  // larger regions are reduced by whole blocks
  std::optional<double> limit;              // |B - A| of full colour; left out: 99.9 percent of the pixels lie below
};

// One pixel of the picture shows the difference largest in size of its block. Pixels that are not finite are
// gray. Throws as compare_images, and Error(Status::file).
void write_difference_png(const std::string& path, const FloatImage& a, const FloatImage& b,
                          const DifferenceOptions& options = {});

}  // namespace nbt::io
