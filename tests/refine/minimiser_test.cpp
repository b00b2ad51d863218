// Levenberg-Marquardt on normal equations, without a detector.
#include "refine/minimiser.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "fitted_curve.hpp"
#include "model/error.hpp"
#include "refine/uncertainty.hpp"

namespace nbt::refine::tests {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// height, centre, width
CurvePoint peak(double place, std::span<const double> values) {
  const double distance = (place - values[1]) / values[2];
  const double shape = std::exp(-distance * distance / 2);
  return {values[0] * shape + 1,
          {shape, values[0] * shape * distance / values[2], values[0] * shape * distance * distance / values[2]}};
}

std::vector<double> places() {
  std::vector<double> result;
  for (int i = 0; i < 200; ++i) result.push_back(0.1 * i);
  return result;
}

std::vector<FreeValue> peak_values(double height, double centre, double width) {
  return {{"height", height, 0, 1e6}, {"centre", centre, -1e6, 1e6}, {"width", width, 1e-3, 1e6}};
}

constexpr double true_values[] = {50, 9, 2};

TEST(Minimiser, FindsALeastSquaresMinimumToRounding) {
  FittedCurve curve(CurveLoss::least_squares, peak, places());
  curve.set_data(curve.model(true_values));
  MinimiserOptions options;
  options.variance_from_loss = true;
  options.loss_floor = 0;
  const Minimum minimum = minimise(curve, peak_values(30, 8, 3), options);
  EXPECT_EQ(minimum.ending, Ending::converged) << minimum.reason;
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(minimum.values[i], true_values[i], 1e-9 * true_values[i]);
  EXPECT_LT(minimum.iterations.size(), 15u);
  EXPECT_EQ(minimum.iterations.front().number, 0);
  EXPECT_GT(minimum.iterations.front().loss, 1000);
}

// The standardised errors of an efficient estimate are normal: of 200 draws of three, their mean square is 1 within
// 4 * sqrt(2 / 600).
void expect_standard_errors(CurveLoss loss) {
  std::mt19937 random(11);
  FittedCurve curve(loss, peak, places());
  const std::vector<double> model = curve.model(true_values);
  MinimiserOptions options;
  options.variance_from_loss = loss == CurveLoss::least_squares;
  if (options.variance_from_loss) options.loss_floor = 0;
  double sum = 0;
  for (int draw = 0; draw < 200; ++draw) {
    std::vector<double> data;
    for (const double value : model) {
      data.push_back(loss == CurveLoss::poisson ? std::poisson_distribution<int>(value)(random)
                                                : std::normal_distribution<double>(value, 3)(random));
    }
    curve.set_data(data);
    const Minimum minimum = minimise(curve, peak_values(30, 8, 3), options);
    ASSERT_EQ(minimum.ending, Ending::converged) << "draw " << draw << ": " << minimum.reason;
    const Uncertainty uncertainty = uncertainty_of(minimum, options.variance_from_loss);
    for (std::size_t i = 0; i < 3; ++i) {
      sum += std::pow((minimum.values[i] - true_values[i]) / uncertainty.standard_errors[i], 2);
      EXPECT_NEAR(uncertainty.correlations[i * 3 + i], 1, 1e-12);
    }
  }
  EXPECT_NEAR(sum / 600, 1, 4 * std::sqrt(2.0 / 600));
}

TEST(Minimiser, StandardErrorsOfLeastSquaresAreThoseOfTheScatter) {
  expect_standard_errors(CurveLoss::least_squares);
}

TEST(Minimiser, StandardErrorsOfPoissonAreThoseOfTheScatter) {
  expect_standard_errors(CurveLoss::poisson);
}

TEST(Minimiser, HoldsValuesAtTheirBounds) {
  FittedCurve curve(CurveLoss::least_squares, peak, places());
  curve.set_data(curve.model(true_values));
  std::vector<FreeValue> values = peak_values(30, 8, 3);
  values[0].maximum = 40;
  values[2].minimum = 2.5;
  MinimiserOptions options;
  options.variance_from_loss = true;
  options.loss_floor = 0;
  options.on_iteration = [](const Iteration& iteration) {
    EXPECT_LE(iteration.values[0], 40);
    EXPECT_GE(iteration.values[2], 2.5);
  };
  const Minimum minimum = minimise(curve, values, options);
  EXPECT_EQ(minimum.ending, Ending::converged) << minimum.reason;
  EXPECT_EQ(minimum.values[2], 2.5);
  EXPECT_TRUE(minimum.at_bound[2]);
  const Uncertainty uncertainty = uncertainty_of(minimum, true);
  EXPECT_NEAR(minimum.values[1], 9, options.tolerance * uncertainty.standard_errors[1]);
  EXPECT_TRUE(std::isnan(uncertainty.standard_errors[2]));
  EXPECT_GT(uncertainty.standard_errors[1], 0);
}

// Two values of which only the sum acts.
CurvePoint sum_of_two(double place, std::span<const double> values) {
  return {(values[0] + values[1]) * place + values[2], {place, place, 1}};
}

TEST(Minimiser, MovesTwoValuesThatActAlikeAlikeAndSaysThatTheyAreUndetermined) {
  FittedCurve curve(CurveLoss::least_squares, sum_of_two, places());
  const double wanted[] = {2, 3, 7};
  curve.set_data(curve.model(wanted));
  const FreeValue start[] = {{"one", 0, -1e9, 1e9}, {"other", 0, -1e9, 1e9}, {"rest", 0, -1e9, 1e9}};
  MinimiserOptions options;
  options.variance_from_loss = true;
  options.loss_floor = 0;
  const Minimum minimum = minimise(curve, start, options);
  EXPECT_EQ(minimum.ending, Ending::converged) << minimum.reason;
  EXPECT_NEAR(minimum.values[0], 2.5, 1e-6);
  EXPECT_NEAR(minimum.values[1], 2.5, 1e-6);
  const Uncertainty uncertainty = uncertainty_of(minimum, true);
  EXPECT_EQ(uncertainty.undetermined, (std::vector<bool>{true, true, false}));
  EXPECT_TRUE(std::isnan(uncertainty.standard_errors[0]));
  EXPECT_TRUE(std::isfinite(uncertainty.standard_errors[2]));
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Minimiser, NamesAValueWithoutEffect) {
  FittedCurve curve(
      CurveLoss::least_squares,
      [](double, std::span<const double> values) {
        return CurvePoint{values[0], {1, 0}};
      },
      places());
  curve.set_data(std::vector<double>(places().size(), 3));
  const FreeValue start[] = {{"one", 0, -1e9, 1e9}, {"idle", 0, -1e9, 1e9}};
  const std::string message = message_of([&] { minimise(curve, start, {}); });
  EXPECT_NE(message.find("idle"), std::string::npos) << message;
}

TEST(Minimiser, RefusesAStartThatIsNotFinite) {
  FittedCurve curve(
      CurveLoss::least_squares,
      [](double, std::span<const double> values) {
        return CurvePoint{std::sqrt(values[0]), {1}};
      },
      places());
  curve.set_data(std::vector<double>(places().size(), 3));
  const FreeValue start[] = {{"one", -1, -1e9, 1e9}};
  EXPECT_THROW(minimise(curve, start, {}), Error);
}

// Too long a step leads to points that have no model.
TEST(Minimiser, ShortensStepsToPointsWithoutModel) {
  FittedCurve curve(
      CurveLoss::poisson,
      [](double place, std::span<const double> values) {
        return CurvePoint{values[0] * place + values[1], {place, 1}};
      },
      places());
  std::vector<double> data;
  for (const double place : places()) data.push_back(std::round(10 * place));
  curve.set_data(data);
  const FreeValue start[] = {{"slope", 0, -infinite, infinite}, {"offset", 300, -infinite, infinite}};
  const Minimum minimum = minimise(curve, start, {});
  EXPECT_NE(minimum.ending, Ending::iterations_spent) << minimum.reason;
  EXPECT_NEAR(minimum.values[0], 10, 0.5);
}

TEST(Minimiser, EndsWhenIterationsAreSpent) {
  FittedCurve curve(CurveLoss::least_squares, peak, places());
  curve.set_data(curve.model(true_values));
  MinimiserOptions options;
  options.most_iterations = 1;
  options.loss_floor = 0;
  const Minimum minimum = minimise(curve, peak_values(30, 8, 3), options);
  EXPECT_EQ(minimum.ending, Ending::iterations_spent);
  EXPECT_EQ(minimum.iterations.size(), 2u);
}

TEST(Minimiser, LetsExceptionsOfTheCallbackOut) {
  FittedCurve curve(CurveLoss::least_squares, peak, places());
  curve.set_data(curve.model(true_values));
  MinimiserOptions options;
  options.on_iteration = [](const Iteration&) { throw Error(Status::cancelled, "enough"); };
  EXPECT_EQ(message_of([&] { minimise(curve, peak_values(30, 8, 3), options); }), "enough");
}

class FailsLater final : public Objective {
 public:
  NormalEquations evaluate(std::span<const double> values) override {
    if (++calls_ > 1) throw Error(Status::cancelled, "stopped");
    return {values[0] * values[0], 10, {2 * values[0]}, {2.0 * calls_}};
  }

 private:
  int calls_ = 0;
};

TEST(Minimiser, LetsFailuresOfTheObjectiveOut) {
  FailsLater objective;
  const FreeValue start[] = {{"one", 5, -1e9, 1e9}};
  EXPECT_EQ(message_of([&] { minimise(objective, start, {}); }), "stopped");
}

}  // namespace
}  // namespace nbt::refine::tests
