// The sub-commands.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

using Json = nlohmann::json;

TEST(Devices, ListTheProcessor) {
  const WorkDirectory directory;
  const Outcome text = run_program(directory, {"devices"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.output.find("cpu"), std::string::npos) << text;
  const Json list = Json::parse(run_program(directory, {"devices", "--json"}).output);
  EXPECT_EQ(list.at(0).at("name"), "cpu");
  EXPECT_EQ(list.at(0).at("available"), true);
}

TEST(Noise, GivesTheImagesOfTheRunThatMadeTheFloatImage) {
  const WorkDirectory run, later;
  ASSERT_EQ(run_program(run, small_scene()).exit_code, 0);
  later.write("photons.bin", run.bytes("floatimage.bin"));
  const Outcome outcome = run_program(later, Arguments{"noise", "photons.bin"} + small_scene());
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  for (const char* name : {"image.pgm", "intimage.img", "noiseimage.img"}) {
    EXPECT_TRUE(run.bytes(name) == later.bytes(name)) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(later / "floatimage.bin"));
}

TEST(Noise, NeedsNoCrystal) {
  const WorkDirectory directory;
  directory.write("photons.bin", std::string(16 * 16 * 4, '\0'));
  const Outcome outcome = run_program(
      directory, {"noise", "photons.bin", "-detpixels", "16", "-seed", "3", "-adc", "7", "-nopgm", "--no-int"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_EQ(directory.files(), (std::vector<std::string>{"noiseimage.img", "photons.bin"}));
  const std::string counts = directory.bytes("noiseimage.img").substr(512);
  EXPECT_EQ(counts, [] {
    std::string sevens;
    for (int i = 0; i < 16 * 16; ++i) sevens += std::string("\x07\0", 2);
    return sevens;
  }());
}

TEST(Noise, WrongLengthNamesBoth) {
  const WorkDirectory directory;
  directory.write("photons.bin", "12345678");
  const Outcome outcome = run_program(directory, {"noise", "photons.bin", "-detpixels", "16", "-seed", "3"});
  EXPECT_EQ(outcome.exit_code, 9) << outcome;
  EXPECT_NE(outcome.errors.find("1024"), std::string::npos) << outcome;
  EXPECT_NE(outcome.errors.find("8 bytes"), std::string::npos) << outcome;
  EXPECT_EQ(directory.files(), std::vector<std::string>{"photons.bin"});
}

std::string trace_of(const Arguments& more) {
  const WorkDirectory directory;
  return run_program(directory, small_scene() + Arguments{"--trace-pixel", "20", "30"} + more).output;
}

TEST(CompareTraces, EqualOnesAgreeAndTheFirstDifferenceIsNamed) {
  const WorkDirectory directory;
  directory.write("a.json", trace_of({}));
  directory.write("b.json", trace_of({"-default_F", "101"}));
  EXPECT_EQ(run_program(directory, {"compare-traces", "a.json", "a.json"}).exit_code, 0);
  const Outcome outcome = run_program(directory, {"compare-traces", "a.json", "b.json"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome;
  EXPECT_NE(outcome.output.find("F_cell"), std::string::npos) << outcome;
  const Json json = Json::parse(run_program(directory, {"compare-traces", "a.json", "b.json", "--json"}).output);
  EXPECT_EQ(json.at("equal"), false);
  EXPECT_NEAR(json.at("absolute").get<double>(), 1, 1e-9);
}

TEST(CompareTraces, TolerancesAreTaken) {
  const WorkDirectory directory;
  directory.write("a.json", R"({"first": [1, 2.0], "second": "x"})");
  directory.write("b.json", R"({"first": [1, 2.002], "second": "x"})");
  EXPECT_EQ(run_program(directory, {"compare-traces", "a.json", "b.json"}).exit_code, 1);
  EXPECT_EQ(run_program(directory, {"compare-traces", "a.json", "b.json", "--relative", "0.01"}).exit_code, 0);
  EXPECT_EQ(run_program(directory, {"compare-traces", "a.json", "b.json", "--absolute", "0.01"}).exit_code, 0);
  directory.write("b.json", "{");
  EXPECT_EQ(run_program(directory, {"compare-traces", "a.json", "b.json"}).exit_code, 9);
}

TEST(Compare, FindsAnImageEqualToItselfAndSeesADifference) {
  const WorkDirectory directory;
  ASSERT_EQ(run_program(directory, small_scene()).exit_code, 0);
  ASSERT_EQ(run_program(directory, small_scene() + Arguments{"-intfile", "other.img", "-scale", "1000"}).exit_code, 0);
  const Outcome same = run_program(directory, {"compare", "intimage.img", "intimage.img", "--json"});
  ASSERT_EQ(same.exit_code, 0) << same;
  EXPECT_NEAR(Json::parse(same.output).at("correlation").get<double>(), 1, 1e-12);
  const Outcome other = run_program(directory, {"compare", "intimage.img", "other.img", "--json", "--difference",
                                                "difference.png", "--roi", "0", "31", "0", "31"});
  ASSERT_EQ(other.exit_code, 0) << other;
  EXPECT_GT(Json::parse(other.output).at("rmse").get<double>(), 0);
  EXPECT_EQ(directory.bytes("difference.png").substr(1, 3), "PNG");
}

TEST(Compare, TakesAFloatImageBesideAnIntegerImage) {
  const WorkDirectory directory;
  ASSERT_EQ(run_program(directory, small_scene()).exit_code, 0);
  const Outcome outcome = run_program(directory, {"compare", "floatimage.bin", "intimage.img"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_FALSE(outcome.output.empty());
}

TEST(Compare, AbsentImageIsNine) {
  const WorkDirectory directory;
  EXPECT_EQ(run_program(directory, {"compare", "a.img", "b.img"}).exit_code, 9);
  EXPECT_EQ(run_program(directory, {"compare", "a.img"}).exit_code, 2);
}

TEST(StructureFactors, OfWilsonRenderAndAreReproducible) {
  const WorkDirectory directory;
  const Arguments wilson{"structure-factors", "--wilson", "--cell", "30", "30",     "40", "90", "90", "90",
                         "--space-group",     "P43212",   "--dmin", "4",  "--seed", "3",  "-o"};
  const Outcome outcome = run_program(directory, wilson + Arguments{"a.hkl"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  ASSERT_EQ(run_program(directory, wilson + Arguments{"b.hkl"}).exit_code, 0);
  EXPECT_EQ(directory.bytes("a.hkl"), directory.bytes("b.hkl"));
  const Outcome render = run_program(
      directory, {"-hkl", "a.hkl", "-cell", "30", "30", "40", "-N", "5", "-detpixels", "32", "-seed", "1", "--quiet"});
  EXPECT_EQ(render.exit_code, 0) << render;
}

TEST(StructureFactors, NeedOneSource) {
  const WorkDirectory directory;
  EXPECT_EQ(run_program(directory, {"structure-factors", "--dmin", "2", "-o", "a.hkl"}).exit_code, 2);
  EXPECT_EQ(run_program(directory, {"structure-factors", "--wilson", "--dmin", "2", "-o", "a.hkl"}).exit_code, 2);
  EXPECT_EQ(run_program(directory, {"structure-factors", "absent.cif", "--dmin", "2", "-o", "a.hkl"}).exit_code, 9);
  EXPECT_TRUE(directory.files().empty());
}

TEST(Preview, IsAPictureAndChangesNoOtherOutput) {
  const WorkDirectory with, without;
  const Outcome outcome = run_program(with, small_scene() + Arguments{"--preview", "preview.png"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  ASSERT_EQ(run_program(without, small_scene()).exit_code, 0);
  EXPECT_EQ(with.bytes("preview.png").substr(1, 3), "PNG");
  for (const std::string& name : without.files()) EXPECT_TRUE(with.bytes(name) == without.bytes(name)) << name;
}

}  // namespace
}  // namespace nbt::cli_tests
