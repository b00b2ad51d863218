#include "model/parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>

#include "model/error.hpp"

namespace nbt {
namespace {

Status status_of(const std::function<void()>& action, std::string* message = nullptr) {
  try {
    action();
  } catch (const Error& error) {
    if (message) *message = error.what();
    return error.status();
  }
  return Status::ok;
}

bool takes_numbers(const ParameterInfo& info) {
  return info.kind != ParameterKind::text && info.kind != ParameterKind::choice;
}

TEST(ParameterTable, NamesAreUniqueAndEveryRowIsDescribed) {
  std::set<std::string_view> names;
  for (const ParameterInfo& info : parameter_table()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_GT(info.sentence.size(), 10u) << info.name;
    EXPECT_EQ(info.sentence.back(), '.') << info.name;
    EXPECT_GE(info.length, 1) << info.name;
    EXPECT_EQ(info.choices.empty(), info.kind != ParameterKind::choice) << info.name;
    EXPECT_EQ(&find_parameter(info.name), &parameter_info(info.id)) << info.name;
  }
}

TEST(ParameterTable, DefaultsAreAllowedValues) {
  for (const ParameterInfo& info : parameter_table()) {
    Parameters parameters;
    if (info.default_text.empty()) continue;
    EXPECT_NO_THROW(parameters.set_text(info.name, info.default_text)) << info.name;
    EXPECT_EQ(parameters.get_text(info.name), Parameters().get_text(info.name)) << info.name;
  }
}

TEST(Parameters, UnknownNameIsAnsweredWithTheNearest) {
  Parameters parameters;
  std::string message;
  EXPECT_EQ(status_of([&] { parameters.set_text("detector.distanse_mm", "1"); }, &message), Status::unknown_name);
  EXPECT_NE(message.find("detector.distance_mm"), std::string::npos) << message;
  EXPECT_EQ(status_of([&] { parameters.get(std::string(1000000, 'x')); }, &message), Status::unknown_name);
  EXPECT_LT(message.size(), 1000u);
}

TEST(Parameters, WrongValuesAreRefusedAndLeaveTheOldOne) {
  for (const ParameterInfo& info : parameter_table()) {
    if (!takes_numbers(info)) continue;
    const auto length = static_cast<std::size_t>(info.length);
    Parameters parameters;
    const std::string before = parameters.get_text(info.name);
    const double nan = std::nan(""), infinity = HUGE_VAL;
    for (const double bad :
         {nan, infinity, -infinity, info.maximum * 1.01 + 1, info.minimum - std::fabs(info.minimum) - 1}) {
      const std::vector<double> values(length, bad);
      EXPECT_EQ(status_of([&] { parameters.set(info.name, values); }), Status::out_of_range)
          << info.name << " = " << bad;
    }
    const std::vector<double> longer(length + 1, info.maximum);
    EXPECT_EQ(status_of([&] { parameters.set(info.name, longer); }), Status::wrong_length) << info.name;
    EXPECT_EQ(status_of([&] { parameters.set_text(info.name, "1x"); }), Status::invalid_argument) << info.name;
    if (info.kind != ParameterKind::real) {
      const std::vector<double> half(length, 0.5);
      EXPECT_EQ(status_of([&] { parameters.set(info.name, half); }), Status::out_of_range) << info.name;
    }
    EXPECT_EQ(parameters.get_text(info.name), before) << info.name;
  }
}

TEST(Parameters, TextGivesBackTheSameNumber) {
  Parameters parameters;
  for (const double value : {0.1, 1.0 / 3, 123456789.123456789, 1e-300, 2.5e5}) {
    parameters.set(ParameterId::detector_distance_mm, value);
    Parameters copy;
    copy.set_text("detector.distance_mm", parameters.get_text("detector.distance_mm"));
    EXPECT_EQ(copy.real(ParameterId::detector_distance_mm), value);
  }
}

TEST(Parameters, AutomaticValuesReadAsNaNAndUnsetBringsThemBack) {
  Parameters parameters;
  EXPECT_TRUE(std::isnan(parameters.get("detector.close_distance_mm")[0]));
  EXPECT_EQ(parameters.get_text("detector.close_distance_mm"), "");
  parameters.set(ParameterId::detector_close_distance_mm, 5);
  EXPECT_TRUE(parameters.given(ParameterId::detector_close_distance_mm));
  parameters.unset("detector.close_distance_mm");
  EXPECT_FALSE(parameters.given(ParameterId::detector_close_distance_mm));
  EXPECT_TRUE(parameters.automatic(ParameterId::detector_close_distance_mm));
}

TEST(Parameters, ChoicesAreCheckedAndTextIsNotANumber) {
  Parameters parameters;
  std::string message;
  EXPECT_EQ(status_of([&] { parameters.set_text("crystal.shape", "cubic"); }, &message), Status::out_of_range);
  EXPECT_NE(message.find("square|round|gauss|tophat"), std::string::npos) << message;
  EXPECT_EQ(status_of([&] { parameters.set(ParameterId::crystal_shape, 1.0); }), Status::invalid_argument);
  EXPECT_EQ(status_of([&] { parameters.get("crystal.shape"); }), Status::invalid_argument);
  parameters.set_text("beam.divergence_round", "off");
  EXPECT_FALSE(parameters.boolean(ParameterId::beam_divergence_round));
}

}  // namespace
}  // namespace nbt
