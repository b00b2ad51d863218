// Which arithmetic of Miller indices a card takes by itself, and which it takes when it is told.
#include "cuda/kernel_choice.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace nbt::cuda {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

std::shared_ptr<const Plan> plan_of(const Settings& settings) {
  Parameters parameters;
  parameters.set_text("crystal.cell_lengths_A", "70 80 90");
  parameters.set_text("structure_factors.default_F", "100");
  parameters.set_text("detector.pixels", "30 20");
  parameters.set_text("sampling.oversample", "1");
  parameters.set_text("precision.tolerance", "1");
  for (const auto& [name, value] : settings) parameters.set_text(name, value);
  return make_plan(resolve(parameters, {}));
}

std::string text_of(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) text += name + " " + value + "; ";
  return text;
}

const Settings in_double = {{"precision.mode", "double"}};
const Settings in_single = {{"precision.mode", "single"}};
const Settings in_fast = {{"precision.mode", "fast"}};
const Settings round = {{"precision.mode", "single"}, {"crystal.shape", "round"}};
const Settings curved = {{"precision.mode", "single"}, {"detector.curved", "1"}};
const Settings curved_fast = {{"precision.mode", "fast"}, {"detector.curved", "1"}};
// 2^34 phases of 100000 cells are more than 47 bits after the point tell apart.
const Settings too_large = {{"precision.mode", "single"}, {"crystal.cells", "100000 1 1"}};

struct Chosen {
  Settings settings;
  IndexScheme where_double_is_fast;
  IndexScheme where_double_is_slow;
};

TEST(KernelChoice, FollowsSceneAndCardByItself) {
  const std::vector<Chosen> all = {
      {in_double, IndexScheme::in_double, IndexScheme::in_double},
      {in_single, IndexScheme::fixed_point_64, IndexScheme::float_pairs},
      {in_fast, IndexScheme::fixed_point_32, IndexScheme::float_pairs},
      {round, IndexScheme::in_double_then_float, IndexScheme::in_double_then_float},
      {curved, IndexScheme::in_double_then_float, IndexScheme::in_double_then_float},
      {curved_fast, IndexScheme::in_double_then_float, IndexScheme::in_double_then_float},
      {too_large, IndexScheme::in_double_then_float, IndexScheme::float_pairs},
  };
  for (const Chosen& chosen : all) {
    const auto plan = plan_of(chosen.settings);
    const IndexArithmetic automatic = IndexArithmetic::automatic;
    for (const int slower : {1, 2, 3}) {
      EXPECT_EQ(KernelChooser(0, slower).of_image(*plan, automatic).scheme, chosen.where_double_is_fast)
          << text_of(chosen.settings) << "double slower by " << slower;
    }
    for (const int slower : {4, 32, 64}) {
      EXPECT_EQ(KernelChooser(0, slower).of_image(*plan, automatic).scheme, chosen.where_double_is_slow)
          << text_of(chosen.settings) << "double slower by " << slower;
    }
  }
}

struct Forced {
  Settings settings;
  IndexArithmetic wanted;
  IndexScheme scheme;
};

TEST(KernelChoice, IsTheUsersOnEveryCard) {
  const std::vector<Forced> all = {
      {in_double, IndexArithmetic::in_double, IndexScheme::in_double},
      {in_single, IndexArithmetic::in_double, IndexScheme::in_double_then_float},
      {in_single, IndexArithmetic::fixed_point, IndexScheme::fixed_point_64},
      {in_single, IndexArithmetic::float_pairs, IndexScheme::float_pairs},
      {in_fast, IndexArithmetic::in_double, IndexScheme::in_double_then_float},
      {in_fast, IndexArithmetic::fixed_point, IndexScheme::fixed_point_32},
      {in_fast, IndexArithmetic::float_pairs, IndexScheme::float_pairs},
      {round, IndexArithmetic::in_double, IndexScheme::in_double_then_float},
      {curved, IndexArithmetic::in_double, IndexScheme::in_double_then_float},
      {too_large, IndexArithmetic::in_double, IndexScheme::in_double_then_float},
      {too_large, IndexArithmetic::float_pairs, IndexScheme::float_pairs},
  };
  for (const Forced& forced : all) {
    const auto plan = plan_of(forced.settings);
    for (const int slower : {2, 64}) {
      const RenderChoice choice = KernelChooser(0, slower).of_image(*plan, forced.wanted);
      EXPECT_EQ(choice.scheme, forced.scheme) << text_of(forced.settings) << name_of(forced.wanted);
      EXPECT_EQ(arithmetic_of(choice.scheme), forced.wanted) << text_of(forced.settings) << name_of(forced.wanted);
    }
  }
}

// Derivatives of `fast` scenes are computed in `single`.
TEST(KernelChoice, OfValuesWithDerivativesIsThatOfSingle) {
  const auto plan = plan_of(in_fast);
  EXPECT_EQ(KernelChooser(0, 2).of_values(*plan, IndexArithmetic::automatic).scheme, IndexScheme::fixed_point_64);
  EXPECT_EQ(KernelChooser(0, 2).of_values(*plan, IndexArithmetic::fixed_point).scheme, IndexScheme::fixed_point_64);
  EXPECT_EQ(KernelChooser(0, 2).of_values(*plan_of(in_double), IndexArithmetic::in_double).scheme,
            IndexScheme::in_double);
}

struct Refused {
  Settings settings;
  IndexArithmetic wanted;
  const char* message;
};

TEST(KernelChoice, ThatTheSceneDoesNotHaveIsRefusedWithWhatItHas) {
  const char* const of_double =
      "for precisions single and fast alone, and this is computed in double: choose auto or double";
  const char* const of_square = "for crystal.shape square alone: choose auto or double";
  const char* const of_flat = "for flat panels alone: choose auto or double, or leave detector.curved at 0";
  const std::vector<Refused> all = {
      {in_double, IndexArithmetic::fixed_point, of_double},
      {in_double, IndexArithmetic::float_pairs, of_double},
      {round, IndexArithmetic::fixed_point, of_square},
      {round, IndexArithmetic::float_pairs, of_square},
      {curved, IndexArithmetic::fixed_point, of_flat},
      {curved, IndexArithmetic::float_pairs, of_flat},
      {curved_fast, IndexArithmetic::fixed_point, of_flat},
      {too_large, IndexArithmetic::fixed_point,
       "in precision single for indices and crystal.cells that 64 bits hold, and those of this scene are too large: "
       "choose auto, double or float_pairs"},
  };
  for (const Refused& refused : all) {
    const auto plan = plan_of(refused.settings);
    for (const int slower : {2, 64}) {
      try {
        KernelChooser(3, slower).of_image(*plan, refused.wanted);
        ADD_FAILURE() << text_of(refused.settings) << name_of(refused.wanted) << " was accepted";
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), Status::unsupported);
        EXPECT_EQ(error.what(), "execution.index_arithmetic is '" + name_of(refused.wanted) +
                                    "', which device cuda:3 has " + refused.message);
      }
    }
  }
}

}  // namespace
}  // namespace nbt::cuda
