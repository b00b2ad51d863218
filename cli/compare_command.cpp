#include "compare_command.hpp"

#include <cstdint>
#include <optional>

#include "console.hpp"
#include "exit_code.hpp"
#include "io/difference_png.hpp"
#include "io/image_compare.hpp"
#include "sub_command.hpp"

namespace nbt::program {
namespace {

struct CompareRequest {
  std::string first;
  std::string second;
  std::vector<std::int64_t> size;    // fast, slow
  std::vector<std::int64_t> region;  // as -roi
  io::PeakOptions peaks;
  std::string difference_file;
  bool json = false;
};

void add_options(CLI::App& app, CompareRequest& request) {
  app.add_option("A", request.first, "Image: SMV, or float32 without header.")->required();
  app.add_option("B", request.second, "Image to compare with.")->required();
  app.add_option("--size", request.size, "Size of images without header; otherwise that of the other, or square.")
      ->type_name("FAST SLOW")
      ->expected(2);
  app.add_option("--roi", request.region, "Only these pixels, both ends included.")
      ->type_name("XMIN XMAX YMIN YMAX")
      ->expected(4);
  app.add_option("--peak-threshold", request.peaks.threshold,
                 "Least height of a peak; otherwise the mean plus three standard deviations of each image.");
  app.add_option("--most-peaks", request.peaks.most_peaks, "So many of A's brightest peaks are looked for in B.")
      ->capture_default_str();
  app.add_option("--match-radius", request.peaks.match_radius_pixels, "In pixels.")->capture_default_str();
  app.add_option("--difference", request.difference_file, "Picture of B - A: blue where B is lower, red where higher.")
      ->type_name("FILE.png");
  app.add_flag("--json", request.json, "As JSON.");
}

std::optional<io::ImageRegion> region_of(const CompareRequest& request) {
  if (request.region.empty()) return std::nullopt;
  return io::ImageRegion{request.region[0], request.region[1], request.region[2], request.region[3]};
}

std::optional<io::ImageSize> size_of(const CompareRequest& request) {
  if (request.size.empty()) return std::nullopt;
  return io::ImageSize{request.size[0], request.size[1]};
}

void compare(const CompareRequest& request) {
  const auto [first, second] = io::load_image_pair(request.first, request.second, size_of(request));
  const io::ImageComparison result = io::compare_images(first, second, {region_of(request), request.peaks});
  if (!request.difference_file.empty()) {
    io::DifferenceOptions options;
    options.region = region_of(request);
    io::write_difference_png(request.difference_file, first, second, options);
  }
  Console().answer(request.json ? io::comparison_json(result) : io::comparison_text(result));
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Compares two images of one detector: correlation, differences, sums, and whether the peaks of A stand in B.",
      "nbt compare");
  CompareRequest request;
  add_options(app, request);
  if (parse_command(app, arguments)) compare(request);
  return exit_success;
}

}  // namespace nbt::program
