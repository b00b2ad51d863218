// The reference's images: byte for byte in `exact`, within the stated tolerance in `double` and `single`.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "golden_case.hpp"
#include "oracle.hpp"
#include "simulation.hpp"
#include "tolerance.hpp"

namespace nbt::test {
namespace {

std::vector<float> render(const golden::GoldenCase& reference, const std::string& precision) {
  const WorkingFolder folder;
  std::filesystem::copy(golden::data_directory() / "inputs", folder.path() / "inputs");
  std::vector<std::string> arguments = reference.arguments;
  arguments.insert(arguments.end(), {"--compat", "nanobragg", "--precision", precision});
  Simulation simulation(arguments);
  simulation.set("phi_carryover.threads", reference.reference_threads);
  return simulation.run32();
}

oracle::Result truth_of(const golden::GoldenCase& reference) {
  oracle::Options options;
  options.compat = {"nanobragg"};
  options.carryover_threads = reference.reference_threads;
  options.directory = golden::data_directory();
  return oracle::render(reference.arguments, options);
}

class GoldenImage : public testing::TestWithParam<std::string> {};

TEST_P(GoldenImage, HasTheReferencesBytesInExact) {
  const golden::GoldenCase reference = golden::load_case(GetParam());
  const std::vector<float> image = render(reference, "exact");
  const std::vector<float> stored = golden::load_image(reference);
  ASSERT_EQ(image.size(), stored.size()) << reference.name;
  std::size_t different = 0, first = 0;
  for (std::size_t i = image.size(); i-- > 0;) {
    if (image[i] != stored[i]) {
      ++different;
      first = i;
    }
  }
  EXPECT_EQ(golden::sha256(image), reference.image_sha256)
      << reference.name << ": " << different << " pixels differ, first index " << first << ": " << image[first]
      << " instead of " << stored[first];
}

TEST_P(GoldenImage, IsWithinToleranceInDouble) {
  const golden::GoldenCase reference = golden::load_case(GetParam());
  const std::vector<float> image = render(reference, "double");
  const std::vector<float> stored = golden::load_image(reference);
  ASSERT_EQ(image.size(), stored.size());
  double largest = 0;
  for (const float v : stored) largest = std::max(largest, static_cast<double>(v));
  double worst = 0;
  std::size_t where = 0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    const double value = static_cast<double>(stored[i]);
    const double allowed = 2.5e-7 * std::fabs(value) + 1e-9 * largest;
    const double ratio = std::fabs(static_cast<double>(image[i]) - value) / allowed;
    if (!(ratio <= worst)) {
      worst = ratio;
      where = i;
    }
  }
  RecordProperty("worst_error_over_tolerance", std::to_string(worst));
  EXPECT_LE(worst, 1) << reference.name << ", pixel " << where << ": " << image[where] << " instead of "
                      << stored[where];
}

TEST_P(GoldenImage, IsWithinToleranceInSingle) {
  const golden::GoldenCase reference = golden::load_case(GetParam());
  const std::vector<float> image = render(reference, "single");
  const Agreement agreement = compare(image, truth_of(reference), single_tolerance);
  RecordProperty("worst_error_over_tolerance", std::to_string(agreement.worst));
  EXPECT_LE(agreement.worst, 1) << reference.name << ": " << agreement.text;
  EXPECT_LT(agreement.excused, image.size() / 10) << reference.name << ": " << agreement.text;
}

INSTANTIATE_TEST_SUITE_P(All, GoldenImage, testing::ValuesIn(golden::case_names()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace nbt::test
