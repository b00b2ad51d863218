// `nbt gradient` and `nbt refine`.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

using Json = nlohmann::json;

constexpr const char* names = "crystal.misset_deg,detector.distance_mm";

// Spots of a few pixels, 64 x 64 of them.
Arguments scene() {
  return {"-default_F", "100",  "-cell",       "100", "100",         "90",    "-N",     "6",
          "-distance",  "100",  "-detpixels",  "64",  "-pixel",      "0.15",  "-water", "0.02",
          "-fluence",   "1e30", "-oversample", "1",   "--precision", "double"};
}

Arguments turned(const char* x) {
  return {"-misset", x, "23", "-37"};
}

// data.img with noise and data.bin without, of the true orientation.
void measure(const WorkDirectory& directory) {
  const Arguments files{"-seed",      "3",        "-adc",   "0",        "-noisefile", "data.img",
                        "-floatfile", "data.bin", "-nopgm", "--no-int", "--quiet"};
  const Outcome outcome = run_program(directory, scene() + turned("11") + files);
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
}

Arguments fit(const char* command, const char* data, const char* loss, const char* parameters) {
  return Arguments{command} + scene() + turned("11.2") +
         Arguments{"--data", data, "--loss", loss, "--parameters", parameters};
}

void expect_failure(const WorkDirectory& directory, const Arguments& arguments, int code, const std::string& words) {
  const std::vector<std::string> before = directory.files();
  const Outcome outcome = run_program(directory, arguments);
  EXPECT_EQ(outcome.exit_code, code) << outcome;
  EXPECT_NE(outcome.errors.find(words), std::string::npos) << "looking for: " << words << "\n" << outcome;
  EXPECT_EQ(directory.files(), before);
}

TEST(Fit, HelpNamesTheOptions) {
  const WorkDirectory directory;
  for (const char* command : {"gradient", "refine"}) {
    const Outcome outcome = run_program(directory, {command, "--help"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    for (const char* option : {"--data", "--loss", "--parameters", "--data-mask", "--scene"}) {
      EXPECT_NE(outcome.output.find(option), std::string::npos) << option << "\n" << outcome;
    }
  }
}

TEST(Gradient, TellsLossAndDerivativesByName) {
  const WorkDirectory directory;
  measure(directory);
  const Outcome text = run_program(directory, fit("gradient", "data.img", "poisson", names));
  ASSERT_EQ(text.exit_code, 0) << text;
  EXPECT_NE(text.output.find("crystal.misset_deg[2]"), std::string::npos) << text;
  EXPECT_NE(text.output.find("/ mm"), std::string::npos) << text;
  const Outcome json = run_program(directory, fit("gradient", "data.img", "poisson", names) + Arguments{"--json"});
  const Json answer = Json::parse(json.output);
  EXPECT_EQ(answer.at("pixels"), 64 * 64);
  ASSERT_EQ(answer.at("gradient").size(), 4u);
  EXPECT_EQ(answer.at("gradient").at(0).at("name"), "crystal.misset_deg[0]");
  EXPECT_NE(answer.at("gradient").at(0).at("derivative").get<double>(), 0);
}

TEST(Gradient, AgreesWithADifferenceOfLosses) {
  const WorkDirectory directory;
  measure(directory);
  const auto answer = [&](const char* x) {
    const Arguments loss{"--data", "data.img", "--loss", "poisson", "--parameters", "crystal.misset_deg[0]", "--json"};
    return Json::parse(run_program(directory, Arguments{"gradient"} + scene() + turned(x) + loss).output);
  };
  const double high = answer("11.2001").at("loss").get<double>();
  const double low = answer("11.1999").at("loss").get<double>();
  const double derivative = answer("11.2").at("gradient").at(0).at("derivative").get<double>();
  // Spots are a tenth of a degree wide, so that 1e-4 degrees leave (1e-3)^2 of the derivative.
  EXPECT_NEAR((high - low) / 2e-4, derivative, 1e-5 * std::fabs(derivative));
}

TEST(Gradient, LossOfTheDataThemselvesIsRounding) {
  const WorkDirectory directory;
  measure(directory);
  const Arguments loss{"--data", "data.bin", "--loss", "least-squares", "--parameters", names, "--json"};
  const Json answer = Json::parse(run_program(directory, Arguments{"gradient"} + scene() + turned("11") + loss).output);
  const Json away = Json::parse(
      run_program(directory, fit("gradient", "data.bin", "least-squares", names) + Arguments{"--json"}).output);
  // The data are rounded to float32.
  EXPECT_LT(answer.at("loss").get<double>(), 1e-9 * away.at("loss").get<double>());
}

TEST(Gradient, MaskBackgroundAndWeightsAreTaken) {
  const WorkDirectory directory;
  measure(directory);
  std::vector<float> ones(64 * 64, 1);
  std::fill(ones.begin(), ones.begin() + 64, 0.0F);
  directory.write("mask.bin", std::string(reinterpret_cast<const char*>(ones.data()), ones.size() * sizeof(float)));
  const Arguments command = fit("gradient", "data.bin", "least-squares", names) + Arguments{"--json"};
  const auto loss_with = [&](const Arguments& more) {
    return Json::parse(run_program(directory, command + more).output);
  };
  const Json masked = loss_with({"--data-mask", "mask.bin"});
  EXPECT_EQ(masked.at("pixels"), 63 * 64);
  const double weighted = loss_with({"--weights", "mask.bin"}).at("loss").get<double>();
  EXPECT_NEAR(masked.at("loss").get<double>(), weighted, 1e-12 * weighted);
  EXPECT_NE(loss_with({"--background", "mask.bin"}).at("loss"), loss_with({}).at("loss"));
  EXPECT_NE(loss_with({"--scale", "2"}).at("loss"), loss_with({}).at("loss"));
}

TEST(Gradient, ErrorsAreNamed) {
  const WorkDirectory directory;
  measure(directory);
  directory.write("short.bin", "1234");
  directory.write("none.bin", std::string(64 * 64 * 4, '\0'));
  const Arguments good = fit("gradient", "data.img", "poisson", names);
  expect_failure(directory, fit("gradient", "short.bin", "poisson", names), 9, "16384");
  expect_failure(directory, fit("gradient", "absent.img", "poisson", names), 9, "absent.img");
  expect_failure(directory, fit("gradient", "data.img", "cubic", names), 2, "least-squares");
  expect_failure(directory, fit("gradient", "data.img", "poisson", "crystal.cel_lengths_A"), 2,
                 "crystal.cell_lengths_A");
  expect_failure(directory, fit("gradient", "data.img", "poisson", "crystal.shape"), 2, "crystal.shape");
  expect_failure(directory, good + Arguments{"-detpixels", "32"}, 9, "32 x 32");
  expect_failure(directory, good + Arguments{"--gain", "2"}, 2, "--gain");
  expect_failure(directory, good + Arguments{"--preview", "a.png"}, 2, "--preview");
  expect_failure(directory, good + Arguments{"--data-mask", "none.bin"}, 3, "pixel");
  expect_failure(directory, Arguments{"gradient"} + scene() + Arguments{"--loss", "poisson"}, 2, "--data");
  expect_failure(directory, Arguments{"gradient"} + scene() + Arguments{"--data", "data.img"}, 2, "--loss");
}

TEST(Refine, FindsTheOrientationAndWritesItsFiles) {
  const WorkDirectory directory;
  measure(directory);
  const Outcome outcome = run_program(
      directory, fit("refine", "data.img", "poisson", "crystal.misset_deg") +
                     Arguments{"--json", "report.json", "--write-scene", "scene.json", "--plot", "loss.png"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_EQ(directory.files(),
            (std::vector<std::string>{"data.bin", "data.img", "loss.png", "report.json", "scene.json"}));
  EXPECT_NE(outcome.output.find("converged"), std::string::npos) << outcome;
  EXPECT_NE(outcome.output.find("-misset "), std::string::npos) << outcome;
  EXPECT_NE(outcome.errors.find("iteration   1: loss"), std::string::npos) << outcome;
  EXPECT_EQ(directory.bytes("loss.png").substr(1, 3), "PNG");
  const Json report = Json::parse(directory.bytes("report.json"));
  EXPECT_EQ(report.at("converged"), true);
  const Json& first = report.at("values").at(0);
  EXPECT_NEAR(first.at("found").get<double>(), 11, 4 * first.at("standard_error").get<double>());
  const Outcome again = run_program(directory, {"refine", "--scene", "scene.json", "--data", "data.img", "--loss",
                                                "poisson", "--parameters", "crystal.misset_deg", "--json", "--quiet"});
  ASSERT_EQ(again.exit_code, 0) << again;
  EXPECT_EQ(again.errors, "");
  EXPECT_LE(Json::parse(again.output).at("iterations").size(), 2u);
}

std::vector<float> floats(const std::string& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

Arguments words_of(const Json& options) {
  Arguments words;
  for (const Json& option : options) {
    std::istringstream text(option.get<std::string>());
    for (std::string word; text >> word;) words.push_back(word);
  }
  return words;
}

TEST(Refine, ItsOptionsGiveTheRefinedImage) {
  const WorkDirectory directory;
  measure(directory);
  const char* parameters = "crystal.misset_deg,detector.distance_mm,crystal.cell_lengths_A,detector.rotation_deg[2]";
  const Outcome outcome = run_program(directory, fit("refine", "data.bin", "least-squares", parameters) +
                                                     Arguments{"--json", "--symmetry", "tetragonal"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  const Json answer = Json::parse(outcome.output);
  const Arguments render{"-floatfile", "found.bin", "-nopgm", "-nonoise", "--no-int", "--quiet"};
  ASSERT_EQ(run_program(directory, scene() + words_of(answer.at("options")) + render).exit_code, 0);
  const std::vector<float> data = floats(directory.bytes("data.bin")), found = floats(directory.bytes("found.bin"));
  double loss = 0;
  for (std::size_t i = 0; i < data.size(); ++i) loss += std::pow(double{found[i]} - double{data[i]}, 2) / 2;
  // Both images are rounded to float32; what is left is some 1e-7 of the pixels.
  EXPECT_LT(loss, 1e-9 * answer.at("start_loss").get<double>()) << answer.at("options");
}

TEST(Refine, TellsTheScaleAsAnOption) {
  const WorkDirectory directory;
  measure(directory);
  const Outcome outcome = run_program(directory, fit("refine", "data.img", "gaussian", "crystal.misset_deg") +
                                                     Arguments{"--readout-variance", "1", "--json", "--refine-scale"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  const Json options = Json::parse(outcome.output).at("options");
  ASSERT_EQ(options.size(), 2u);
  EXPECT_EQ(options.at(1).get<std::string>().substr(0, 8), "--scale ");
}

TEST(Refine, SaysWhenItDidNotConverge) {
  const WorkDirectory directory;
  measure(directory);
  const Outcome outcome = run_program(directory, fit("refine", "data.img", "poisson", "crystal.misset_deg") +
                                                     Arguments{"--iterations", "1", "-noprogress"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome;
  EXPECT_NE(outcome.output.find("NOT CONVERGED"), std::string::npos) << outcome;
  EXPECT_EQ(outcome.errors, "");
}

TEST(Refine, ErrorsAreNamedAndNothingIsWritten) {
  const WorkDirectory directory;
  measure(directory);
  directory.write("none.bin", std::string(64 * 64 * 4, '\0'));
  const Arguments outputs{"--json", "report.json", "--write-scene", "scene.json", "--plot", "loss.png"};
  const auto expect = [&](const char* data, const char* loss, const char* parameters, int code, const char* words) {
    expect_failure(directory, fit("refine", data, loss, parameters) + outputs, code, words);
  };
  expect("absent.img", "poisson", "crystal.misset_deg", 9, "absent.img");
  expect("data.img", "weights", "crystal.misset_deg", 2, "minimum");
  expect("data.img", "poisson", "crystal.missset_deg", 2, "crystal.misset_deg");
  expect("data.img", "poisson", "crystal.shape", 2, "crystal.shape");
  expect("data.img", "poisson", "crystal.cells", 2, "whole number");
  expect("data.img", "poisson", "detector.Xbeam_mm", 3, "-Xbeam");
  expect("data.img", "poisson", "crystal.fudge", 3, "crystal.fudge");
  const Arguments good = fit("refine", "data.img", "poisson", "crystal.misset_deg") + outputs;
  expect_failure(directory, good + Arguments{"--data-mask", "none.bin"}, 3, "pixel");
  expect_failure(directory, good + Arguments{"--symmetry", "cubic"}, 3, "crystal.cell_lengths_A[2]");
  expect_failure(directory, good + Arguments{"--iterations", "0"}, 2, "--iterations");
  expect_failure(directory,
                 fit("refine", "data.img", "poisson", "crystal.misset_deg") + Arguments{"--plot", "no/such/loss.png"},
                 9, "no/such");
  expect_failure(directory, Arguments{"refine"} + scene() + Arguments{"--data", "data.img", "--loss", "poisson"}, 2,
                 "--parameters");
}

}  // namespace
}  // namespace nbt::cli_tests
