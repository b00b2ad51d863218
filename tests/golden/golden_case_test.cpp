// The stored data is whole: what the loader gives has the checksums that the reference run had.
#include "golden_case.hpp"

#include <gtest/gtest.h>

namespace nbt::golden {
namespace {

TEST(GoldenCase, ThereAreAHundredCases) {
  EXPECT_EQ(case_names().size(), 100u);
}

TEST(GoldenCase, EveryImageHasItsChecksum) {
  for (const auto& name : case_names()) {
    const auto golden = load_case(name);
    EXPECT_EQ(sha256(load_image(golden)), golden.image_sha256) << name;
  }
}

TEST(GoldenCase, EveryOtherOutputHasItsChecksum) {
  int outputs = 0;
  for (const auto& name : case_names()) {
    const auto golden = load_case(name);
    for (const auto* kind : {"int", "noise", "pgm", "dump"}) {
      const auto bytes = load_output(golden, kind);
      EXPECT_EQ(bytes.has_value(), golden.facts.contains(kind)) << name << " " << kind;
      if (!bytes) continue;
      ++outputs;
      EXPECT_EQ(sha256(*bytes), golden.facts.at(kind).at("sha256").get<std::string>()) << name << " " << kind;
    }
  }
  EXPECT_EQ(outputs, 17);
}

TEST(GoldenCase, EveryInputIsThere) {
  for (const auto& name : case_names()) {
    for (const auto& input : load_case(name).inputs) {
      EXPECT_TRUE(std::filesystem::exists(data_directory() / input)) << name << " " << input;
    }
  }
}

TEST(GoldenCase, EveryTraceNamesACaseAndOneOfItsPixels) {
  const auto traces = load_traces();
  EXPECT_EQ(traces.size(), 16u);
  for (const auto& trace : traces) {
    const auto golden = load_case(trace.case_name);
    EXPECT_LT(trace.slow, golden.slow) << trace.name;
    EXPECT_LT(trace.fast, golden.fast) << trace.name;
  }
}

TEST(GoldenCase, ChecksumOfNothingIsTheKnownOne) {
  EXPECT_EQ(sha256(std::string()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace nbt::golden
