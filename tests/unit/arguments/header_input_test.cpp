// Parameters from the headers of -img and -mask.
#include "arguments/header_input.hpp"

#include <gtest/gtest.h>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "applied.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

std::string smv(const std::string& keys, std::size_t pixels) {
  std::string text = "{\nHEADER_BYTES=512;\nDIM=2;\nBYTE_ORDER=little_endian;\nTYPE=unsigned_short;\n" + keys + "}\f";
  text.resize(512, ' ');
  for (std::size_t i = 0; i < pixels; ++i) text += std::string{i % 3 == 0 ? '\0' : '\1', '\0'};
  return text;
}

TEST(HeaderInput, MaskSetsGeometryAndMirrorsTheBeamCentre) {
  const Applied applied = run_line("-mask " + golden_input("mask_header80x48.img"));
  EXPECT_EQ(applied.parameters.get_text("detector.pixels"), "80 48");
  EXPECT_EQ(applied.real(Id::detector_pixel_size_mm), 0.15);
  EXPECT_EQ(applied.real(Id::detector_distance_mm), 90);
  EXPECT_EQ(applied.real(Id::beam_wavelength_A), 1.1);
  EXPECT_EQ(applied.real(Id::detector_Xbeam_mm), 3.1);
  EXPECT_EQ(applied.real(Id::detector_Ybeam_mm) / 1000.0, 0.15 / 1000.0 * 48 - 2.9 / 1000.0);
  EXPECT_EQ(applied.real(Id::goniometer_phi_start_deg), 4);
  EXPECT_EQ(applied.real(Id::goniometer_phi_range_deg), 0.5);
  EXPECT_NE(applied.warnings().find("BEAM_CENTER_Y"), std::string::npos) << applied.warnings();
  ASSERT_TRUE(applied.data.mask);
  EXPECT_EQ(applied.data.mask->fast_count, 80);
  EXPECT_EQ(applied.data.mask->slow_count, 48);
}

TEST(HeaderInput, ImageTakesLongerKeysAsTheReferenceDoes) {
  const Applied applied = run_line("-img " + golden_input("header72x56.img"));
  EXPECT_EQ(applied.parameters.get_text("detector.pixels"), "72 56");
  EXPECT_EQ(applied.real(Id::detector_distance_mm), 85) << "CLOSE_DISTANCE stands behind DISTANCE";
  EXPECT_EQ(applied.real(Id::detector_close_distance_mm), 85);
  EXPECT_EQ(applied.real(Id::detector_Ybeam_mm), 2.7);
  EXPECT_EQ(applied.real(Id::detector_ORGX_pixels), 30.5);
  EXPECT_EQ(applied.real(Id::detector_twotheta_deg), 0);
  EXPECT_FALSE(applied.data.mask);
  for (const char* word : {"DISTANCE", "ORGX", "TWOTHETA"}) {
    EXPECT_NE(applied.warnings().find(word), std::string::npos) << word << " in " << applied.warnings();
  }
}

TEST(HeaderInput, FixReadsExactKeys) {
  const Applied image = run_line("--fix header-keys -img " + golden_input("header72x56.img"));
  EXPECT_EQ(image.real(Id::detector_distance_mm), 80);
  EXPECT_FALSE(image.parameters.given(Id::detector_ORGX_pixels));
  EXPECT_EQ(image.real(Id::detector_twotheta_deg), 3);
  const Applied mask = run_line("--fix header-keys -mask " + golden_input("mask_header80x48.img"));
  EXPECT_EQ(mask.real(Id::detector_Ybeam_mm), 2.9);
  EXPECT_EQ(mask.warnings(), "");
}

TEST(HeaderInput, OptionsBeatHeadersWhereverTheyStand) {
  const std::string header = "-img " + golden_input("header72x56.img");
  for (const std::string& line : {header + " -distance 7 -lambda 2", "-distance 7 -lambda 2 " + header}) {
    const Applied applied = run_line(line);
    EXPECT_EQ(applied.real(Id::detector_distance_mm), 7) << line;
    EXPECT_EQ(applied.real(Id::beam_wavelength_A), 2) << line;
  }
}

TEST(HeaderInput, ImageHeaderBeatsMaskHeaderWhateverTheOrder) {
  const std::string mask = "-mask " + golden_input("mask_header80x48.img");
  const std::string image = "-img " + golden_input("header72x56.img");
  for (const std::string& line : {mask + " " + image, image + " " + mask}) {
    EXPECT_EQ(run_line(line).real(Id::beam_wavelength_A), 0.95) << line;
  }
}

TEST(HeaderInput, ZeroPixelsAreNotRendered) {
  const ScratchFolder folder;
  const std::string path = folder.put("m.img", smv("SIZE1=7;\nSIZE2=10;\n", 70));
  const Applied applied = run_line("-mask " + path);
  for (int slow = 0; slow < 10; ++slow) {
    for (int fast = 0; fast < 7; ++fast) {
      EXPECT_EQ(applied.data.mask->at(slow, fast), (slow * 7 + fast) % 3 != 0) << slow << ' ' << fast;
    }
  }
}

TEST(HeaderInput, MirrorUsesThePixelSizeKnownByThen) {
  const ScratchFolder folder;
  const std::string path = folder.put("m.img", smv("SIZE1=4;\nSIZE2=20;\nBEAM_CENTER_Y=0.5;\n", 80));
  EXPECT_DOUBLE_EQ(run_line("-mask " + path + " -pixel 0.3").real(Id::detector_Ybeam_mm), 1.5) << "default 0.1 mm";
}

TEST(HeaderInput, BadFilesAreErrors) {
  const ScratchFolder folder;
  folder.put("text.img", "not an image at all");
  folder.put("short.img", smv("SIZE1=4;\nSIZE2=4;\n", 3));
  folder.put("zero.img", smv("SIZE1=4;\nSIZE2=4;\nPIXEL_SIZE=0;\n", 16));
  folder.put("word.img", smv("SIZE1=4;\nSIZE2=4;\nDISTANCE=far;\n", 16));
  folder.put("empty.img", "");
  for (const char* option : {"-img", "-mask"}) {
    for (const char* name : {"absent.img", "text.img", "word.img", "empty.img"}) {
      expect_error(Status::file, {name}, [&] { run_line(std::string(option) + " " + folder.file(name)); });
    }
    expect_error(Status::out_of_range, {"zero.img", "PIXEL_SIZE"},
                 [&] { run_line(std::string(option) + " " + folder.file("zero.img")); });
  }
  expect_error(Status::file, {"short.img"}, [&] { run_line("-mask " + folder.file("short.img")); });
  EXPECT_NO_THROW(run_line("-img " + folder.file("short.img"))) << "of an image only the header counts";
}

}  // namespace
}  // namespace nbt
