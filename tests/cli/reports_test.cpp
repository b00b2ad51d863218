// Reports for machines: --json, --dry-run, --trace-pixel.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

using Json = nlohmann::json;

Json parsed(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << "no JSON: " << text;
  return json;
}

TEST(JsonReport, IsAllOfStandardOutput) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene() + Arguments{"--json", "-mosaic_dom", "5", "-progress"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  const Json report = parsed(outcome.output);
  EXPECT_EQ(report.at("outputs").size(), 4u);
  for (const Json& output : report.at("outputs")) {
    EXPECT_EQ(directory.bytes(output.at("path")).size(), output.at("bytes").get<std::size_t>()) << output;
  }
  EXPECT_GT(report.at("timing_s").at("total").get<double>(), 0);
  EXPECT_GT(report.at("peak_resident_bytes").get<double>(), 0);
  EXPECT_GT(report.at("integer_scale").get<double>(), 0);
  EXPECT_EQ(report.at("report").at("header").at("SIZE1"), 64);
  EXPECT_FALSE(report.at("report").at("warnings").empty());
}

TEST(JsonReport, InAFileLeavesTheTextAlone) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene() + Arguments{"--json", "report.json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_NE(outcome.output.find("convention selected."), std::string::npos);
  EXPECT_EQ(parsed(directory.bytes("report.json")).at("outputs").size(), 4u);
}

TEST(DryRun, TellsAndWritesNothing) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene() + Arguments{"--dry-run"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  for (const char* told :
       {"Unit Cell: ", "working memory: ", "float image: 16384 bytes", "evaluations: 16384\n", "estimated time: "}) {
    EXPECT_NE(outcome.output.find(told), std::string::npos) << "missing: " << told << "\n" << outcome;
  }
  EXPECT_TRUE(directory.files().empty());
}

TEST(DryRun, HasAJsonForm) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene() + Arguments{"--dry-run", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  const Json json = parsed(outcome.output);
  EXPECT_EQ(json.at("evaluations"), 16384);
  EXPECT_EQ(json.at("output_bytes"), 16384);
  EXPECT_GE(json.at("estimated_seconds").get<double>(), 0);
}

TEST(DryRun, TellsWhatApproximationsCost) {
  const Arguments fast = small_scene() + Arguments{"--dry-run", "--precision", "fast"};
  const auto told = [](const Arguments& arguments) {
    const WorkDirectory directory;
    const Outcome outcome = run_program(directory, arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    return outcome.output;
  };
  EXPECT_NE(told(fast).find("precision fast: error at most 2.1e-06 of the envelope\n"), std::string::npos)
      << told(fast);
  const std::string strict = told(fast + Arguments{"--precision-tolerance", "1e-6"});
  EXPECT_NE(strict.find("precision single instead of fast: "), std::string::npos) << strict;
  const std::string tails = told(small_scene() + Arguments{"--dry-run", "--tail-tolerance", "0.01"});
  EXPECT_NE(tails.find("tails of spots left out: at most "), std::string::npos) << tails;
  const std::string plain = told(small_scene() + Arguments{"--dry-run"});
  EXPECT_EQ(plain.find("precision"), std::string::npos) << plain;
  EXPECT_EQ(plain.find("tails of spots"), std::string::npos) << plain;
}

TEST(TracePixel, IsJsonAndWritesNothing) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene() + Arguments{"--trace-pixel", "20", "30"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  const Json trace = parsed(outcome.output);
  EXPECT_TRUE(trace.is_object());
  EXPECT_TRUE(directory.files().empty());
}

TEST(TracePixel, OutsideTheDetectorIsRefused) {
  const WorkDirectory directory;
  EXPECT_EQ(run_program(directory, small_scene() + Arguments{"--trace-pixel", "64", "0"}).exit_code, 2);
  EXPECT_EQ(run_program(directory, small_scene() + Arguments{"--trace-pixel", "0", "-1"}).exit_code, 2);
}

}  // namespace
}  // namespace nbt::cli_tests
