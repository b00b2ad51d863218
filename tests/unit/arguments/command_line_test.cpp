// Which arguments are options, by nbt's rules and by the reference's.
#include "arguments/command_line.hpp"

#include <gtest/gtest.h>

#include "../formats/expect_error.hpp"
#include "applied.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

TEST(CommandLine, UnknownOptionNamesTheNearest) {
  expect_error(Status::unknown_name, {"-distanse", "-distance"}, [] { run_line("-distanse 100"); });
  expect_error(Status::unknown_name, {"--precison", "--precision"}, [] { run_line("--precison double"); });
  expect_error(Status::unknown_name, {"-threads", "--threads"}, [] { run_line("-threads 2"); });
  expect_error(Status::unknown_name, {"-dispstep", "-dispsteps"}, [] { run_line("-dispstep 2"); });
}

TEST(CommandLine, LongerSpellingOfAClosedNameIsUnknownAndNamesIt) {
  expect_error(Status::unknown_name, {"-matrix", "'-mat'"}, [] { run_line("-matrix A.mat"); });
  expect_error(Status::unknown_name, {"-hklfile", "'-hkl'"}, [] { run_line("-hklfile list"); });
  expect_error(Status::unknown_name, {"-detector_thickness", "'-detector_thick'"},
               [] { run_line("-detector_thickness 3"); });
}

TEST(CommandLine, ThreeDashesAreNotTwo) {
  expect_error(Status::unknown_name, {"---distance"}, [] { run_line("---distance 100"); });
  expect_error(Status::unknown_name, {"---threads"}, [] { run_line("---threads 1"); });
}

TEST(CommandLine, ArgumentThatNoOptionTakesIsAnError) {
  expect_error(Status::invalid_argument, {"stray"}, [] { run_line("stray"); });
  expect_error(Status::invalid_argument, {"7"}, [] { run_line("-distance 100 7"); });
  expect_error(Status::invalid_argument, {"unexpected"}, [] { run_words(std::vector<std::string>{""}); });
  expect_error(Status::invalid_argument, {"unexpected"}, [] { run_line("-"); });
}

TEST(CommandLine, MissingValuesAreAnErrorNamingThem) {
  expect_error(Status::invalid_argument, {"-roi", "4 values", "XMIN XMAX YMIN YMAX"}, [] { run_line("-roi 1 2 3"); });
  expect_error(Status::invalid_argument, {"-misset", "3 values"}, [] { run_line("-misset 1 2"); });
}

TEST(CommandLine, OptionInPlaceOfAValueIsAnError) {
  expect_error(Status::invalid_argument, {"-floatfile", "-nonoise"}, [] { run_line("-floatfile -nonoise"); });
  expect_error(Status::invalid_argument, {"-roi", "-N"}, [] { run_line("-roi 1 2 3 -N 5"); });
}

TEST(CommandLine, NegativeNumbersAreValues) {
  EXPECT_EQ(run_line("-misset -1 -2.5 -3e1").parameters.get_text("crystal.misset_deg"), "-1 -2.5 -30");
}

TEST(CommandLine, NumbersMustParseToTheirEnd) {
  expect_error(Status::invalid_argument, {"-distance", "10x"}, [] { run_line("-distance 10x"); });
  expect_error(Status::invalid_argument, {"-distance", "1,5"}, [] { run_line("-distance 1,5"); });
  expect_error(Status::invalid_argument, {"-distance", "nan"}, [] { run_line("-distance nan"); });
  expect_error(Status::invalid_argument, {"-detpixels", "7.9", "whole"}, [] { run_line("-detpixels 7.9"); });
  expect_error(Status::invalid_argument, {"-detpixels", "1e3", "whole"}, [] { run_line("-detpixels 1e3"); });
  expect_error(Status::invalid_argument, {"-seed", "99999999999999999999"},
               [] { run_line("-seed 99999999999999999999"); });
}

TEST(CommandLine, ValueOutOfRangeNamesOptionAndParameter) {
  expect_error(Status::out_of_range, {"-pixel", "detector.pixel_size_mm"}, [] { run_line("-pixel 0"); });
  expect_error(Status::out_of_range, {"-energy", "beam.wavelength_A"}, [] { run_line("-energy 0"); });
}

TEST(CommandLine, ProgramOptionsSayWhereTheyBelong) {
  for (const char* option : {"--scene", "--dump-scene", "--pixel-batch-size", "--dry-run", "--trace-pixel", "--preview",
                             "--json", "--quiet", "--verbose", "--help", "--version"}) {
    expect_error(Status::unknown_name, {option, "program"}, [&] { run_line(std::string(option)); });
    expect_error(Status::unknown_name, {option, "program"},
                 [&] { run_line("--compat lax-args " + std::string(option)); });
  }
}

TEST(CommandLine, OwnOptionsActAnywhere) {
  const Applied applied = run_line(
      "-distance 50 --threads 3 -pixel 0.2 --precision exact --index-arithmetic float_pairs "
      "--set crystal.fudge=2");
  EXPECT_EQ(applied.real(Id::execution_threads), 3);
  EXPECT_EQ(applied.text(Id::precision_mode), "exact");
  EXPECT_EQ(applied.text(Id::execution_index_arithmetic), "float_pairs");
  EXPECT_EQ(applied.real(Id::crystal_fudge), 2);
  EXPECT_EQ(applied.real(Id::detector_distance_mm), 50);
  EXPECT_EQ(applied.real(Id::detector_pixel_size_mm), 0.2);
}

// Values of own options must not be scanned for the reference's options.
TEST(CommandLine, OwnOptionsAreConsumedBeforeTheReferencesRules) {
  const Applied applied = run_line("--compat lax-args --device -nonoise --set program.int_file=-nopgm");
  EXPECT_EQ(applied.text(Id::execution_device), "-nonoise");
  EXPECT_EQ(applied.text(Id::program_int_file), "-nopgm");
  EXPECT_TRUE(applied.parameters.boolean(Id::program_write_noise));
  EXPECT_TRUE(applied.parameters.boolean(Id::program_write_pgm));
}

TEST(CommandLine, OwnAndReferenceOptionsKeepTheirOrder) {
  EXPECT_EQ(run_line("--set detector.distance_mm=1 -distance 2").real(Id::detector_distance_mm), 2);
  EXPECT_EQ(run_line("-distance 2 --set detector.distance_mm=1").real(Id::detector_distance_mm), 1);
  EXPECT_EQ(run_line("-xds --set detector.convention=adxv").text(Id::detector_convention), "adxv");
}

TEST(LaxArguments, MatchAnywhereInAnArgument) {
  const Applied applied = run_line("--compat lax-args -my-distance 70 -nopolarization --pixelsize 0.3 --oversample 4");
  EXPECT_EQ(applied.real(Id::detector_distance_mm), 70);
  EXPECT_FALSE(applied.parameters.boolean(Id::beam_polarization));
  EXPECT_EQ(applied.real(Id::detector_pixel_size_mm), 0.3);
  EXPECT_EQ(applied.real(Id::sampling_oversample), 4);
}

TEST(LaxArguments, WholeNamesMustBeWhole) {
  const Applied applied = run_line("--compat lax-args --phi 3 -phistart 3 -NN 7 -polarity 0.5 -hdivstepx 2");
  EXPECT_EQ(applied.real(Id::goniometer_phi_start_deg), 0);
  EXPECT_EQ(applied.real(Id::crystal_cells), 1);
  EXPECT_EQ(applied.real(Id::beam_polarization_factor), 0);
  EXPECT_FALSE(applied.parameters.given(Id::beam_divergence_horizontal_step_mrad));
}

TEST(LaxArguments, UnknownAndIncompleteOptionsAreIgnoredWithAWarning) {
  const Applied applied = run_line("--compat lax-args stray -unheard 5 -3 -distance 20 -roi 1 2 3");
  EXPECT_EQ(applied.real(Id::detector_distance_mm), 20);
  EXPECT_FALSE(applied.parameters.given(Id::detector_roi));
  EXPECT_NE(applied.warnings().find("-unheard"), std::string::npos) << applied.warnings();
  EXPECT_NE(applied.warnings().find("-roi is ignored"), std::string::npos) << applied.warnings();
  EXPECT_EQ(applied.warnings().find("-3"), std::string::npos) << applied.warnings();
}

TEST(LaxArguments, NumbersEndWhereTheyStopMakingSense) {
  const Applied applied =
      run_line("--compat lax-args -distance 12.5mm -detpixels 7.9 -Na 1e3 -Nb x -Xbeam text -lambda 2,5");
  EXPECT_EQ(applied.real(Id::detector_distance_mm), 12.5);
  EXPECT_EQ(applied.real(Id::detector_pixels), 7);
  EXPECT_EQ(applied.real(Id::crystal_cells, 0), 1);
  EXPECT_EQ(applied.real(Id::crystal_cells, 1), 0);
  EXPECT_EQ(applied.real(Id::detector_Xbeam_mm), 0);
  EXPECT_EQ(applied.real(Id::beam_wavelength_A), 2);
}

TEST(LaxArguments, ValuesAreScannedToo) {
  const Applied applied = run_line("--compat lax-args -floatfile -nonoise");
  EXPECT_EQ(applied.text(Id::program_float_file), "-nonoise");
  EXPECT_FALSE(applied.parameters.boolean(Id::program_write_noise));
}

TEST(LaxArguments, CurvedDetectorIsIgnoredAsTheLastArgument) {
  EXPECT_FALSE(run_line("--compat lax-args -N 5 -curved_det").parameters.boolean(Id::detector_curved));
  EXPECT_TRUE(run_line("--compat lax-args -curved_det -N 5").parameters.boolean(Id::detector_curved));
  EXPECT_TRUE(run_line("-N 5 -curved_det").parameters.boolean(Id::detector_curved));
}

TEST(LaxArguments, WhatCrashesTheReferenceIsAnError) {
  for (const char* option : {"-detector_abs", "-detector_thick", "-thicksteps", "-detector_thicksteps"}) {
    expect_error(Status::invalid_argument, {option}, [&] { run_line("--compat lax-args " + std::string(option)); });
  }
}

TEST(LaxArguments, SubpixelFlagsDoNotSetTheCount) {
  const Applied applied =
      run_line("--compat lax-args -oversample 2 -oversample_thick -oversample_omega -oversample_polar 9");
  EXPECT_EQ(applied.real(Id::sampling_oversample), 2);
  EXPECT_TRUE(applied.parameters.boolean(Id::sampling_oversample_thick));
  EXPECT_TRUE(applied.parameters.boolean(Id::sampling_oversample_omega));
  EXPECT_TRUE(applied.parameters.boolean(Id::sampling_oversample_polar));
}

// The collision of the golden case misset_seed_shadow.
TEST(MissetSeed, AlsoActsAsMissetOnlyWithLaxArguments) {
  const std::string line = "-misset random -misset_seed 25 -N 5 -square_xtal";
  const Applied lax = run_line("--compat lax-args " + line);
  EXPECT_FALSE(lax.parameters.boolean(Id::crystal_misset_random));
  EXPECT_EQ(lax.parameters.get_text("crystal.misset_deg"), "25 0 5");
  EXPECT_EQ(lax.real(Id::crystal_misset_seed), 25);
  EXPECT_NE(lax.warnings().find("-misset_seed also acts as -misset"), std::string::npos) << lax.warnings();

  const Applied strict = run_line(line);
  EXPECT_TRUE(strict.parameters.boolean(Id::crystal_misset_random));
  EXPECT_EQ(strict.real(Id::crystal_misset_seed), 25);
  EXPECT_NE(strict.warnings().find("-misset_seed"), std::string::npos) << strict.warnings();
}

TEST(MissetSeed, IsHarmlessAmongTheLastThreeArgumentsOrBeforeMisset) {
  for (const char* line : {"-misset random -misset_seed 25", "-misset_seed 25 -N 5 -misset random"}) {
    const Applied lax = run_line("--compat lax-args " + std::string(line));
    EXPECT_TRUE(lax.parameters.boolean(Id::crystal_misset_random)) << line;
    EXPECT_EQ(run_line(std::string(line)).warnings(), "") << line;
  }
}

// The collision of the golden case twotheta_axis_order.
TEST(TwothetaAxis, AlsoActsAsTwothetaOnlyWithLaxArguments) {
  const std::string line = "-twotheta 9 -twotheta_axis 1.5 1 0";
  const Applied lax = run_line("--compat lax-args " + line);
  EXPECT_EQ(lax.real(Id::detector_twotheta_deg), 1.5);
  EXPECT_EQ(lax.text(Id::detector_convention), "custom");
  EXPECT_EQ(lax.text(Id::detector_pivot), "sample");
  const Applied strict = run_line(line);
  EXPECT_EQ(strict.real(Id::detector_twotheta_deg), 9);
  EXPECT_NE(strict.warnings().find("-twotheta_axis sets the axis only"), std::string::npos) << strict.warnings();
  EXPECT_EQ(run_line("-twotheta_axis 1.5 1 0 -twotheta 9").warnings().find("axis only"), std::string::npos);
}

}  // namespace
}  // namespace nbt
