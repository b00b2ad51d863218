// Every bad model ends in an error that says what is wrong; nothing is printed, nothing crashes.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "io/structure_factors_from_model.hpp"

namespace nbt::io {
namespace {

const std::string quartz_text = ScratchFolder::content(NBT_SOURCE_DIR "/examples/data/quartz.cif");

CrystalReflections read(const std::string& text, const ModelOptions& options = {}) {
  return structure_factors_from_model_text(text, "bad.cif", options);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t place = text.find(what);
  EXPECT_NE(place, std::string::npos) << what;
  return text.replace(place, what.size(), by);
}

struct BadText {
  std::string text;
  std::string word;
};

TEST(BadModel, ErrorNamesTheFileAndTheReason) {
  const std::vector<BadText> cases = {
      {"", "empty"},
      {" \n \n", "empty"},
      {std::string(1000, '\0'), "no atoms"},
      {"This is a letter, not a crystal.\nYours\n", "no atoms"},
      {"data_x\n_cell_length_a 5\n", "no block has atoms"},
      {"data_x\nloop_\n_atom_site_fract_x\n0.1\n", "no unit cell"},
      {"{\"json\": 1}          ", "neither CIF nor PDB"},
      {"HETATM    1  C1  LIG A   1       1.000   1.000   1.000  1.00 10.00           C\n", "no unit cell"},
      {replaced(quartz_text, "'P 32 2 1'", "'P 32 2 1"), "unterminated"},
      {replaced(quartz_text, "4.9", "?"), "cell"},
      {replaced(quartz_text, "Si1 Si 0.4697 0.0000 0.66667 1", "Si1 Si 0.4697 0.0000 0.66667"), "loop"},
      {replaced(quartz_text, "0.4697", "half"), "Si1"},
      {replaced(quartz_text, "Si1 Si", "Si1 Qq"), "Si1"},
      {replaced(quartz_text, "'x-y,-y,-z+1/3'\n", ""), "no group"},
      {replaced(quartz_text, "'x-y,-y,-z+1/3'", "'x-y,-y'"), "triplet"},
  };
  for (const BadText& bad : cases) {
    SCOPED_TRACE(bad.text.substr(0, 300));
    expect_error(Status::file, {"bad.cif", bad.word}, [&] { read(bad.text); });
  }
}

TEST(BadModel, CellWithoutTheSymmetryOfItsSpaceGroupIsInconsistent) {
  expect_error(Status::inconsistent_scene, {"5.1", "P 32 2 1"},
               [] { read(replaced(quartz_text, "_cell_length_b 4.916", "_cell_length_b 5.1")); });
}

TEST(BadModel, CutAnywhereItIsAnErrorOrACrystal) {
  for (std::size_t length = 0; length < quartz_text.size(); length += 7) {
    try {
      for (const Reflection& reflection : read(quartz_text.substr(0, length)).reflections) {
        ASSERT_TRUE(std::isfinite(reflection.F)) << "cut at " << length;
      }
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()), "") << "cut at " << length;
    }
  }
}

TEST(BadModel, WithAnyBytesChangedItIsAnErrorOrACrystal) {
  ModelOptions options;
  options.d_min_A = 2.5;
  std::uint32_t state = 1;
  const auto draw = [&state](std::size_t below) { return ((state = state * 1664525U + 1013904223U) >> 8) % below; };
  for (int round = 0; round < 2000; ++round) {
    std::string text = quartz_text;
    for (int change = 0; change < 3; ++change) {
      // A byte of the text itself makes more lines that still parse than a byte drawn freely.
      const char byte = change == 0 ? static_cast<char>(draw(256)) : text[draw(text.size())];
      text[draw(text.size())] = byte;
    }
    try {
      for (const Reflection& reflection : read(text, options).reflections) {
        ASSERT_TRUE(std::isfinite(reflection.F)) << text;
      }
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()), "") << text;
    }
  }
}

TEST(BadModel, MissingFileAndFolderAreErrors) {
  const ScratchFolder folder;
  expect_error(Status::file, {"missing.cif"}, [&] { structure_factors_from_model(folder.file("missing.cif"), {}); });
  expect_error(Status::file, {"directory"}, [&] { structure_factors_from_model(folder.path(), {}); });
}

TEST(BadModel, OptionsOutOfRangeAreErrors) {
  for (const double d_min_A :
       {0.0, -1.0, 1e-4, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    ModelOptions options;
    options.d_min_A = d_min_A;
    expect_error(Status::out_of_range, {"d_min"}, [&] { read(quartz_text, options); });
  }
  for (const double scale : {-1.0, std::numeric_limits<double>::quiet_NaN()}) {
    ModelOptions options;
    options.b_factor_scale = scale;
    expect_error(Status::out_of_range, {"B-factor scale"}, [&] { read(quartz_text, options); });
  }
}

TEST(BadModel, SmallStructureHasNoTransform) {
  ModelOptions options;
  options.summation = Summation::density_fft;
  expect_error(Status::unsupported, {"macromolecular"}, [&] { read(quartz_text, options); });
}

}  // namespace
}  // namespace nbt::io
