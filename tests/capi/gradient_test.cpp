// What the gradient functions promise about arguments: clear refusals, and nothing written then.
#include <cmath>
#include <limits>

#include "handle.hpp"

namespace nbt::test {
namespace {

constexpr double untouched = -12345;

// A small scene, data for it and a place for results.
class GradientArguments : public testing::Test {
 protected:
  void SetUp() override {
    describe_small_scene(handle_);
    handle_.set_text("precision.mode", "double");
    data_ = run<double>(handle_);
    loss_.struct_size = sizeof loss_;
    loss_.kind = NBT_LOSS_LEAST_SQUARES;
    loss_.data_type = NBT_FLOAT64;
    loss_.real_type = NBT_FLOAT64;
    loss_.data = data_.data();
    loss_.capacity = static_cast<std::int64_t>(data_.size());
    result_.struct_size = sizeof result_;
    result_.loss = untouched;
    std::fill(std::begin(gradient_), std::end(gradient_), untouched);
  }

  nbt_status run_gradient(std::vector<const char*> parameters = {"crystal.misset_deg"}, std::size_t count = 3,
                          const nbt_gradient_outputs* outputs = nullptr) {
    return nbt_run_gradient(handle_, &loss_, parameters.data(), parameters.size(), gradient_, count, outputs, &result_);
  }

  // Refused with a status and a message that has the words; nothing was written.
  void expect_refused(nbt_status status, nbt_status wanted, const std::vector<std::string>& words) {
    EXPECT_EQ(status, wanted) << handle_.error();
    for (const std::string& word : words) EXPECT_NE(handle_.error().find(word), std::string::npos) << handle_.error();
    for (const double g : gradient_) EXPECT_EQ(g, untouched);
    EXPECT_EQ(result_.loss, untouched);
  }

  Handle handle_;
  std::vector<double> data_;
  nbt_loss loss_{};
  nbt_gradient_result result_{};
  double gradient_[8] = {};
};

TEST_F(GradientArguments, AreTakenWhenTheyAreRight) {
  data_[5] *= 2;
  ASSERT_EQ(run_gradient(), NBT_OK) << handle_.error();
  EXPECT_NEAR(result_.loss, data_[5] * data_[5] / 8, 1e-9 * data_[5] * data_[5]);
  EXPECT_EQ(result_.pixels, small_fast * small_slow);
  EXPECT_NE(gradient_[0], 0);
  EXPECT_EQ(gradient_[3], untouched);
}

TEST_F(GradientArguments, ParametersAreNamed) {
  expect_refused(run_gradient({"crystal.misset"}), NBT_ERROR_UNKNOWN_NAME, {"crystal.misset_deg"});
  expect_refused(run_gradient({"crystal.mosaic_seed"}), NBT_ERROR_INVALID_ARGUMENT,
                 {"crystal.mosaic_seed", "not differentiable"});
  expect_refused(run_gradient({"crystal.misset_deg[3]"}), NBT_ERROR_OUT_OF_RANGE, {"crystal.misset_deg", "0 to 2"});
  expect_refused(run_gradient({"crystal.misset_deg[x]"}), NBT_ERROR_OUT_OF_RANGE, {"crystal.misset_deg[x]"});
  expect_refused(run_gradient({"crystal.misset_deg+detector.distance_mm"}), NBT_ERROR_INVALID_ARGUMENT,
                 {"several components"});
  expect_refused(run_gradient({"crystal.misset_deg"}, 2), NBT_ERROR_WRONG_LENGTH, {"count is 2", "3"});
  expect_refused(run_gradient({nullptr}), NBT_ERROR_INVALID_ARGUMENT, {"parameters[0]"});
}

TEST_F(GradientArguments, DataOfTheWrongSizeOrType) {
  loss_.capacity -= 1;
  expect_refused(run_gradient(), NBT_ERROR_WRONG_LENGTH, {"capacity", "23 x 17"});
  loss_.capacity += 1;
  loss_.row_stride = small_fast - 1;
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"row_stride", "23"});
  loss_.row_stride = 0;
  loss_.data_type = 7;
  expect_refused(run_gradient(), NBT_ERROR_INVALID_ARGUMENT, {"data_type is 7"});
  loss_.data_type = NBT_FLOAT64;
  loss_.real_type = NBT_UINT16;
  expect_refused(run_gradient(), NBT_ERROR_INVALID_ARGUMENT, {"real_type is 2"});
  loss_.real_type = NBT_FLOAT64;
  loss_.data = nullptr;
  expect_refused(run_gradient(), NBT_ERROR_INVALID_ARGUMENT, {"data is null"});
}

TEST_F(GradientArguments, LossesWithoutMeaning) {
  loss_.kind = 4;
  expect_refused(run_gradient(), NBT_ERROR_INVALID_ARGUMENT, {"loss->kind is 4"});
  loss_.kind = NBT_LOSS_GAUSSIAN;
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"gain and readout_variance"});
  loss_.gain = 1;
  loss_.readout_variance = -1;
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"readout_variance"});
  loss_.readout_variance = 1;
  loss_.scale = std::numeric_limits<double>::infinity();
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"scale"});
  loss_.struct_size = 3;
  expect_refused(run_gradient(), NBT_ERROR_INVALID_ARGUMENT, {"struct_size"});
}

TEST_F(GradientArguments, PixelsThatCannotBeUsedAreNamed) {
  const std::size_t at = 4 * small_fast + 7;
  data_[at] = std::numeric_limits<double>::quiet_NaN();
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"slow 4", "fast 7", "nan"});
  data_[at] = -1;
  loss_.kind = NBT_LOSS_POISSON;
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"slow 4", "fast 7", "Poisson"});
  data_[at] = 1;
  std::vector<double> background(data_.size(), 1);
  background[at] = std::numeric_limits<double>::infinity();
  loss_.background = background.data();
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"background", "slow 4", "fast 7"});
  // Counts where there is nothing to make them.
  background[at] = -1e30;
  expect_refused(run_gradient(), NBT_ERROR_OUT_OF_RANGE, {"slow 4", "fast 7", "no finite loss"});
  // A mask takes it out.
  std::vector<std::uint8_t> mask(data_.size(), 1);
  mask[at] = 0;
  loss_.mask = mask.data();
  ASSERT_EQ(run_gradient(), NBT_OK) << handle_.error();
  EXPECT_EQ(result_.pixels, small_fast * small_slow - 1);
}

TEST_F(GradientArguments, AMaskOfNothing) {
  const std::vector<std::uint8_t> mask(data_.size(), 0);
  loss_.mask = mask.data();
  expect_refused(run_gradient(), NBT_ERROR_INCONSISTENT_SCENE, {"no pixel counts"});
}

TEST_F(GradientArguments, ScenesWithoutDerivatives) {
  handle_.set_text("compat.tokens", "running-product");
  expect_refused(run_gradient(), NBT_ERROR_UNSUPPORTED, {"running-product"});
  handle_.set_text("compat.tokens", "");
  handle_.set_text("precision.mode", "exact");
  expect_refused(run_gradient(), NBT_ERROR_UNSUPPORTED, {"exact", "double or single"});
}

TEST_F(GradientArguments, OutputsOfTheWrongLength) {
  double buffer[10] = {};
  nbt_gradient_outputs outputs{};
  outputs.struct_size = sizeof outputs;
  outputs.sources = buffer;
  outputs.source_count = 2;
  expect_refused(run_gradient({"crystal.misset_deg"}, 3, &outputs), NBT_ERROR_WRONG_LENGTH, {"source_count", "1"});
  outputs = {};
  outputs.struct_size = sizeof outputs;
  outputs.amplitudes = buffer;
  outputs.amplitude_count = 1;
  expect_refused(run_gradient({"crystal.misset_deg"}, 3, &outputs), NBT_ERROR_WRONG_LENGTH, {"amplitude_count", "0"});
}

std::int32_t stop_at_row_8(nbt_data_rows* rows, void* user) {
  if (rows->first_row >= 8) return 1;
  rows->data = static_cast<const double*>(user) + rows->first_row * rows->fast_count;
  return 0;
}

std::int32_t forget_the_data(nbt_data_rows*, void*) {
  return 0;
}

TEST_F(GradientArguments, CallbacksCanStopAndMustGiveData) {
  loss_.callback = stop_at_row_8;
  loss_.user = data_.data();
  loss_.rows_per_chunk = 4;
  expect_refused(run_gradient(), NBT_ERROR_CANCELLED, {"data callback"});
  loss_.callback = forget_the_data;
  expect_refused(run_gradient(), NBT_ERROR_INVALID_ARGUMENT, {"data is null"});
}

TEST_F(GradientArguments, EveryTypeOfDataIsRead) {
  std::vector<float> floats;
  std::vector<std::uint16_t> words;
  std::vector<std::int32_t> integers;
  for (double& d : data_) {
    d = std::floor(std::fmod(d, 60000));
    floats.push_back(static_cast<float>(d));
    words.push_back(static_cast<std::uint16_t>(d));
    integers.push_back(static_cast<std::int32_t>(d));
  }
  ASSERT_EQ(run_gradient(), NBT_OK) << handle_.error();
  const double wanted = result_.loss;
  ASSERT_GT(wanted, 0);
  const std::pair<std::int32_t, const void*> types[] = {
      {NBT_FLOAT32, floats.data()}, {NBT_UINT16, words.data()}, {NBT_INT32, integers.data()}};
  for (const auto& [type, data] : types) {
    loss_.data_type = type;
    loss_.data = data;
    ASSERT_EQ(run_gradient(), NBT_OK) << handle_.error();
    EXPECT_EQ(result_.loss, wanted) << "type " << type;
  }
}

TEST_F(GradientArguments, WeightsHaveNoNormalEquations) {
  loss_.kind = NBT_LOSS_WEIGHTS;
  const char* parameters[] = {"crystal.misset_deg"};
  double matrix[9] = {};
  EXPECT_EQ(nbt_run_normal_equations(handle_, &loss_, parameters, 1, 0, matrix, gradient_, 3, nullptr),
            NBT_ERROR_INVALID_ARGUMENT);
  EXPECT_NE(handle_.error().find("curvature"), std::string::npos) << handle_.error();
  double tangent[3] = {1, std::numeric_limits<double>::infinity(), 0};
  const auto ignore = [](const nbt_jacobian_rows*, void*) -> std::int32_t { return 0; };
  EXPECT_EQ(nbt_run_jacobian(handle_, parameters, 1, tangent, 3, 0, ignore, nullptr), NBT_ERROR_OUT_OF_RANGE);
  EXPECT_EQ(nbt_run_jacobian(handle_, parameters, 1, tangent, 2, 0, ignore, nullptr), NBT_ERROR_WRONG_LENGTH);
  EXPECT_EQ(nbt_run_jacobian(handle_, parameters, 1, nullptr, 0, 0, nullptr, nullptr), NBT_ERROR_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace nbt::test
