// execution.index_arithmetic through the C interface: every arithmetic gives the image within its precision's
// tolerance (tests/conformance has the hard scenes), derivatives follow it, and what cannot be had is refused by name.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "gradient.hpp"
#include "host_card.hpp"

namespace {

using namespace nbt::test;

constexpr const char* every_arithmetic[] = {"double", "fixed_point", "float_pairs"};

Handle in_precision(const char* device, const char* precision) {
  Handle handle = on_device(device, false);
  handle.set_text("precision.mode", precision);
  handle.set("crystal.cells", {40, 50, 60});
  handle.set("crystal.mosaic_spread_deg", 0.4);
  handle.set("crystal.mosaic_domains", 7);
  return handle;
}

std::string used_by(const Handle& handle) {
  return nlohmann::json::parse(handle.report()).at("last_run").at("index_arithmetic");
}

TEST(IndexArithmetic, IsTheOneThatTheReportTells) {
  EXPECT_EQ(in_precision("cuda", "single").get_text("execution.index_arithmetic"), "auto");
  for (const char* precision : {"single", "fast"}) {
    const Handle handle = in_precision("cuda", precision);
    handle.set("detector.pixels", {200, 100});  // so many that no two arithmetics round all of them to the same bits
    handle.set("detector.pixel_size_mm", 0.3);
    const std::vector<double> automatic = run<double>(handle);
    EXPECT_EQ(used_by(handle), "fixed_point") << precision;
    std::vector<std::vector<double>> images;
    for (const char* arithmetic : every_arithmetic) {
      handle.set_text("execution.index_arithmetic", arithmetic);
      images.push_back(run<double>(handle));
      EXPECT_EQ(used_by(handle), arithmetic) << precision;
      EXPECT_TRUE(same_bits(run_chunked<double>(handle, 3).image, images.back())) << precision << ' ' << arithmetic;
    }
    EXPECT_TRUE(same_bits(images[1], automatic)) << precision;
    EXPECT_FALSE(same_bits(images[0], images[1])) << precision << ": double is fixed point";
    EXPECT_FALSE(same_bits(images[0], images[2])) << precision << ": double is pairs of floats";
    EXPECT_FALSE(same_bits(images[1], images[2])) << precision << ": fixed point is pairs of floats";
  }
  const Handle handle = in_precision("cuda", "double");
  handle.set_text("execution.index_arithmetic", "double");
  run<double>(handle);
  EXPECT_EQ(used_by(handle), "double");
  handle.set_text("execution.index_arithmetic", "auto");
  handle.set_text("execution.device", "cpu");
  run<double>(handle);
  EXPECT_EQ(used_by(handle), "none");
}

// To 2e-6 of the value where that is 1e-6 of the brightest pixel, else of that; in `fast` 1e-4 of the brightest.
TEST(IndexArithmetic, ChangesTheImageWithinThePrecisionsTolerance) {
  const std::vector<double> truth = run<double>(in_precision("cpu", "double"));
  const double brightest = *std::max_element(truth.begin(), truth.end());
  for (const bool fast : {false, true}) {
    for (const char* arithmetic : every_arithmetic) {
      const Handle handle = in_precision("cuda", fast ? "fast" : "single");
      handle.set_text("execution.index_arithmetic", arithmetic);
      const std::vector<double> image = run<double>(handle);
      for (std::size_t i = 0; i < truth.size(); ++i) {
        const double of_single = 2e-6 * std::max(truth[i], 1e-6 * brightest);
        ASSERT_NEAR(image[i], truth[i], fast ? 1e-4 * brightest : of_single)
            << (fast ? "fast " : "single ") << arithmetic << ", pixel " << i;
      }
    }
  }
}

const std::vector<double> weights(static_cast<std::size_t>(small_fast* small_slow), 1.0);

nbt_status differentiate(const Handle& handle, double& loss_value) {
  const nbt_loss loss = weights_loss(weights);
  std::size_t count = 0;
  EXPECT_EQ(nbt_get_component_count(handle, nullptr, 0, &count), NBT_OK) << handle.error();
  std::vector<double> gradient(count);
  nbt_gradient_result result{};
  result.struct_size = sizeof result;
  const nbt_status status = nbt_run_gradient(handle, &loss, nullptr, 0, gradient.data(), count, nullptr, &result);
  loss_value = result.loss;
  return status;
}

// The sum of the image.
double loss_of(const Handle& handle) {
  double loss = 0;
  EXPECT_EQ(differentiate(handle, loss), NBT_OK) << handle.error();
  return loss;
}

TEST(IndexArithmetic, HoldsForTheValuesOfAGradient) {
  const double expected = loss_of(in_precision("cpu", "double"));
  for (const char* precision : {"single", "fast"}) {
    const Handle handle = in_precision("cuda", precision);
    const double automatic = loss_of(handle);
    std::vector<double> losses;
    for (const char* arithmetic : every_arithmetic) {
      handle.set_text("execution.index_arithmetic", arithmetic);
      losses.push_back(loss_of(handle));
      EXPECT_NEAR(losses.back(), expected, 2e-6 * expected) << precision << ' ' << arithmetic;
    }
    EXPECT_EQ(losses[1], automatic) << precision;
    EXPECT_NE(losses[0], losses[1]) << precision;
    EXPECT_NE(losses[1], losses[2]) << precision;
  }
}

std::int32_t take_no_rows(const nbt_rows*, void*) {
  ADD_FAILURE() << "rows came before the refusal";
  return 0;
}

std::int32_t take_no_derivatives(const nbt_jacobian_rows*, void*) {
  ADD_FAILURE() << "derivatives came before the refusal";
  return 0;
}

void expect_refused(const Handle& handle, nbt_status status, const std::string& message, const char* call) {
  EXPECT_EQ(status, NBT_ERROR_UNSUPPORTED) << call;
  EXPECT_EQ(handle.error(), message) << call;
}

// Images and gradients.
void expect_runs_refused(const Handle& handle, const std::string& message) {
  std::vector<float> image(static_cast<std::size_t>(small_fast * small_slow));
  double loss = 0;
  expect_refused(handle, nbt_run(handle, 0, NBT_FLOAT32, image.data(), small_fast * small_slow, small_fast), message,
                 "nbt_run");
  expect_refused(handle, nbt_run_chunked(handle, 5, NBT_FLOAT32, take_no_rows, nullptr), message, "nbt_run_chunked");
  expect_refused(handle, differentiate(handle, loss), message, "nbt_run_gradient");
}

TEST(IndexArithmetic, ThatTheSceneDoesNotHaveIsRefusedAndTheHandleGoesOn) {
  const Handle handle = in_precision("cuda:1", "single");
  handle.set_text("execution.index_arithmetic", "float_pairs");
  const std::string refused = "execution.index_arithmetic is 'float_pairs', which device cuda:1 has ";
  handle.set_text("crystal.shape", "gauss");
  expect_runs_refused(handle, refused + "for crystal.shape square alone: choose auto or double");
  handle.set_text("crystal.shape", "square");
  handle.set("detector.curved", 1);
  expect_runs_refused(handle, refused + "for flat panels alone: choose auto or double, or leave detector.curved at 0");
  handle.set("detector.curved", 0);
  handle.set_text("precision.mode", "double");
  expect_runs_refused(
      handle, refused + "for precisions single and fast alone, and this is computed in double: choose auto or double");
  handle.set_text("precision.mode", "single");
  run(handle);
}

TEST(IndexArithmetic, IsNothingThatTheCpuHas) {
  const Handle handle = in_precision("cpu", "single");
  const std::vector<float> expected = run(handle);
  const auto refused = [](const char* arithmetic) {
    return "execution.index_arithmetic is '" + std::string(arithmetic) +
           "', but device cpu has no choice of it: leave it on auto or choose a cuda device";
  };
  for (const char* arithmetic : every_arithmetic) {
    handle.set_text("execution.index_arithmetic", arithmetic);
    expect_runs_refused(handle, refused(arithmetic));
    expect_refused(handle, nbt_run_jacobian(handle, nullptr, 0, nullptr, 0, 0, take_no_derivatives, nullptr),
                   refused(arithmetic), "nbt_run_jacobian");
  }
  handle.set_text("execution.index_arithmetic", "auto");
  EXPECT_TRUE(same_bits(run(handle), expected));
}

TEST(IndexArithmetic, HasFourWords) {
  const Handle handle = in_precision("cuda", "single");
  EXPECT_NE(nbt_set_text(handle, "execution.index_arithmetic", "float"), NBT_OK);
  for (const char* word : {"'float'", "auto", "double", "fixed_point", "float_pairs"}) {
    EXPECT_NE(handle.error().find(word), std::string::npos) << handle.error();
  }
}

}  // namespace
