// What a whole command line means: order, files, seeds, completeness.
#include "arguments/arguments.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "applied.hpp"
#include "formats/byte_sink.hpp"
#include "formats/fdump.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

// A folder as the current directory, where the default dump is looked for.
class Arguments : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::current_path(folder_.path()); }
  void TearDown() override { std::filesystem::current_path("/"); }

  std::string put_dump(const std::string& name, double F) {
    formats::MemorySink sink;
    formats::write_fdump(*box_of_reflections({{1, 2, 3, F}}, 0), sink);
    return folder_.put(name, sink.bytes());
  }
  static double amplitude(const Applied& applied) { return applied.data.structure_factors->amplitudes.at(0); }

  ScratchFolder folder_;
};

TEST_F(Arguments, NothingSaidChangesNothing) {
  const Applied applied = run_line("");
  for (const ParameterInfo& info : parameter_table()) EXPECT_FALSE(applied.parameters.given(info.id)) << info.name;
  EXPECT_TRUE(applied.messages.lines().empty());
}

TEST_F(Arguments, FailureLeavesEverythingAsItWas) {
  Parameters parameters;
  parameters.set(Id::detector_distance_mm, 77);
  SceneData data;
  data.sources.push_back({{0, 0, 1}, 1, 1e-10});
  Messages log;
  folder_.put("s.txt", "-1 0 0\n-1 0 1\n");
  const auto args = words_of("-distance 5 -sourcefile s.txt -mat missing.mat");
  expect_error(Status::file, {"missing.mat"}, [&] { apply_arguments(args, parameters, data, log, {}); });
  EXPECT_EQ(parameters.real(Id::detector_distance_mm), 77);
  EXPECT_EQ(data.sources.size(), 1u);
}

TEST_F(Arguments, AreAppliedOnTopOfWhatIsThere) {
  Parameters parameters;
  parameters.set(Id::detector_distance_mm, 77);
  parameters.set(Id::crystal_fudge, 2);
  SceneData data;
  data.structure_factors = box_of_reflections({{1, 2, 3, 4.0}}, 0);
  Messages log;
  apply_arguments(words_of("-distance 5"), parameters, data, log, {});
  EXPECT_EQ(parameters.real(Id::detector_distance_mm), 5);
  EXPECT_EQ(parameters.real(Id::crystal_fudge), 2);
  EXPECT_TRUE(data.structure_factors);
}

// ---- Order ----

TEST_F(Arguments, NoiseAndPgmFollowTheOrderOfTheirSwitches) {
  EXPECT_TRUE(run_line("-nonoise -noisefile x").parameters.boolean(Id::program_write_noise));
  EXPECT_FALSE(run_line("-noisefile x -nonoise").parameters.boolean(Id::program_write_noise));
  EXPECT_TRUE(run_line("-nopgm -pgmfile x").parameters.boolean(Id::program_write_pgm));
  EXPECT_TRUE(run_line("-nopgm -pgmscale 1").parameters.boolean(Id::program_write_pgm));
  EXPECT_FALSE(run_line("-pgmfile x -pgmscale 1 -nopgm").parameters.boolean(Id::program_write_pgm));
}

TEST_F(Arguments, PolarSwitchesPolarizationOnAgain) {
  EXPECT_TRUE(run_line("-nopolar -polar 0.5").parameters.boolean(Id::beam_polarization));
  EXPECT_FALSE(run_line("-polar 0.5 -nopolar").parameters.boolean(Id::beam_polarization));
}

TEST_F(Arguments, LastConventionWins) {
  EXPECT_EQ(run_line("-xds -adxv").text(Id::detector_convention), "adxv");
  EXPECT_EQ(run_line("-adxv -spindle_axis 0 0 1").text(Id::detector_convention), "custom");
  EXPECT_EQ(run_line("-spindle_axis 0 0 1 -dials").text(Id::detector_convention), "dials");
}

TEST_F(Arguments, LastPivotWins) {
  EXPECT_EQ(run_line("-beam_vector 1 0 0 -distance 5 -Xclose 3").text(Id::detector_pivot), "sample");
  EXPECT_EQ(run_line("-beam_vector 1 0 0 -Xclose 3 -distance 5").text(Id::detector_pivot), "beam");
  EXPECT_EQ(run_line("-beam_vector 1 0 0 -twotheta 3 -pivot beam").text(Id::detector_pivot), "beam");
  EXPECT_EQ(run_line("-xds -beam_vector 1 0 0").text(Id::detector_pivot), "sample");
  EXPECT_EQ(run_line("-pivot thesample").text(Id::detector_pivot), "sample");
  expect_error(Status::out_of_range, {"-pivot", "centre"}, [] { run_line("-pivot centre"); });
}

// A named convention has its own pivot; its flag alone must not look like somebody's choice of one.
TEST_F(Arguments, ConventionFlagAloneLeavesThePivotToTheConvention) {
  EXPECT_FALSE(run_line("-dials").parameters.given(Id::detector_pivot));
  EXPECT_FALSE(run_line("-twotheta 3 -mosflm").parameters.given(Id::detector_pivot));
}

TEST_F(Arguments, DistanceChoosesAPivotOnlyWhereOptionsMay) {
  EXPECT_FALSE(run_line("-xds -distance 5").parameters.given(Id::detector_pivot));
  EXPECT_EQ(run_line("-xds -distance 5 --fix forced-pivot").text(Id::detector_pivot), "beam");
  EXPECT_EQ(run_line("-twotheta 5").text(Id::detector_pivot), "sample") << "resolve() then warns that it is forced";
}

TEST_F(Arguments, VectorOptionWarnsThatItSwitchesTheConvention) {
  const std::string warnings = run_line("-xds -spindle_axis 0 0 1").warnings();
  EXPECT_NE(warnings.find("-spindle_axis switches from the xds"), std::string::npos) << warnings;
  const std::string all =
      "-fdet_vector 0 0 1 -sdet_vector 0 -1 0 -odet_vector 1 0 0 -beam_vector 1 0 0 -polar_vector 0 0 1 "
      "-spindle_axis 0 0 1";
  EXPECT_EQ(run_line(all).warnings(), "");
}

TEST_F(Arguments, VectorOptionKeepsTheConventionWithTheFix) {
  const Applied applied = run_line("-xds -beam_vector 0 1 0 --fix custom-convention");
  EXPECT_EQ(applied.text(Id::detector_convention), "xds");
  EXPECT_EQ(applied.real(Id::beam_direction, 1), 1);
}

// ---- Single options ----

TEST_F(Arguments, CellFillsWhatIsMissing) {
  EXPECT_EQ(run_line("-cell 50").parameters.get_text("crystal.cell_lengths_A"), "50 50 50");
  EXPECT_EQ(run_line("-cell 50").parameters.get_text("crystal.cell_angles_deg"), "90 90 90");
  EXPECT_EQ(run_line("-cell 50 60 -N 3").parameters.get_text("crystal.cell_lengths_A"), "50 60 50");
  EXPECT_EQ(run_line("-cell 50 60 70 80").parameters.get_text("crystal.cell_angles_deg"), "80 90 90");
  EXPECT_EQ(run_line("-cell 50 60 70 -cell 40").parameters.get_text("crystal.cell_lengths_A"), "40 60 70");
  expect_error(Status::out_of_range, {"-cell", "crystal.cell_lengths_A"}, [] { run_line("-cell 0"); });
}

TEST_F(Arguments, LastMissetWins) {
  EXPECT_TRUE(run_line("-misset 1 2 3 -misset random").parameters.boolean(Id::crystal_misset_random));
  EXPECT_TRUE(run_line("-misset randomly").parameters.boolean(Id::crystal_misset_random));
  EXPECT_FALSE(run_line("-misset random -misset 1 2 3").parameters.boolean(Id::crystal_misset_random));
}

TEST_F(Arguments, InfiniteAttenuationDepthTakesTheThicknessAway) {
  for (const char* depth : {"inf", "infinite", "0"}) {
    const Applied applied = run_line("-detector_thick 300 -detector_abs " + std::string(depth));
    EXPECT_EQ(applied.real(Id::detector_attenuation_depth_um), 0) << depth;
    EXPECT_EQ(applied.real(Id::detector_thickness_um), 0) << depth;
  }
  EXPECT_EQ(run_line("-detector_abs inf -detector_thick 300").real(Id::detector_thickness_um), 300);
  EXPECT_EQ(run_line("-detector_abs 0 -detector_abs 200").real(Id::detector_attenuation_depth_um), 200);
}

TEST_F(Arguments, NegativeMeansNotGivenWhereTheReferenceSaysSo) {
  const Applied applied = run_line("-oversample -1 -osc -1 -phisteps -1 -hdivrange -1 -mosaic -1 -thicksteps -1");
  for (const Id id :
       {Id::sampling_oversample, Id::goniometer_phi_range_deg, Id::goniometer_phi_steps,
        Id::beam_divergence_horizontal_mrad, Id::crystal_mosaic_spread_deg, Id::detector_thickness_steps}) {
    EXPECT_TRUE(applied.parameters.automatic(id)) << parameter_info(id).name;
  }
  EXPECT_EQ(run_line("-N -4").real(Id::crystal_cells), 0);
  EXPECT_EQ(run_line("-dmin -1").real(Id::sampling_dmin_A), 0);
  EXPECT_EQ(run_line("-roi -5 10 -1 -7").parameters.get_text("detector.roi"), "-1 10 -1 -1");
}

TEST_F(Arguments, EnergyIsAWavelength) {
  EXPECT_EQ(run_line("-energy 11000").real(Id::beam_wavelength_A), 12398.42 / 11000);
  EXPECT_EQ(run_line("-energy 11000 -lambda 2").real(Id::beam_wavelength_A), 2);
}

TEST_F(Arguments, SeedsKeepTheSignTheyWereGivenWith) {
  EXPECT_EQ(run_line("-seed 17").real(Id::noise_seed), 17);
  const Applied negative = run_line("-seed -17");
  EXPECT_EQ(negative.real(Id::noise_seed), -17);
  EXPECT_NE(negative.warnings().find("-seed: a negative seed"), std::string::npos) << negative.warnings();
}

TEST_F(Arguments, OriginIsHonouredUnlessTheReferenceIsWanted) {
  const Applied metres = run_line("-pix0_vector 0.1 0.003 -0.004");
  EXPECT_EQ(metres.real(Id::detector_origin_mm, 0), 100);
  EXPECT_EQ(metres.text(Id::detector_convention), "custom");
  EXPECT_NE(metres.warnings().find("nanoBragg ignores it"), std::string::npos) << metres.warnings();
  EXPECT_EQ(run_line("-pix0_vector_mm 100 3 -4").real(Id::detector_origin_mm, 0), 100);
  EXPECT_EQ(run_line("--compat lax-args -pix0_vector_mm 100 3 -4").real(Id::detector_origin_mm, 0), 100);
  EXPECT_EQ(run_line("--origin 100 3 -4").text(Id::detector_convention), "mosflm");
  const Applied ignored = run_line("--compat pix0-ignored -pix0_vector 0.1 0.003 -0.004");
  EXPECT_FALSE(ignored.parameters.given(Id::detector_origin_mm));
  EXPECT_EQ(ignored.text(Id::detector_convention), "custom");
}

TEST_F(Arguments, OptionsWithoutEffectSaySo) {
  folder_.put("f.stol", "0 1\n");
  for (const char* line : {"-coherent", "-stol f.stol", "-4stol f.stol", "-Q f.stol", "-stolout x", "-density 1",
                           "-sample_density 1", "-MW 18", "-molecular_weight 18"}) {
    const std::string warnings = run_line(std::string(line)).warnings();
    EXPECT_NE(warnings.find("has no effect"), std::string::npos) << line << ": " << warnings;
  }
  expect_error(Status::file, {"missing.stol"}, [] { run_line("-stol missing.stol"); });
  folder_.put("empty.stol", "\n");
  expect_error(Status::file, {"empty.stol"}, [] { run_line("-Q empty.stol"); });
}

TEST_F(Arguments, MemoryTakesBinaryUnits) {
  EXPECT_EQ(run_line("--max-memory 64M").real(Id::limits_memory_bytes), 64.0 * 1024 * 1024);
  EXPECT_EQ(run_line("--max-memory 2G").real(Id::limits_memory_bytes), 2.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(run_line("--max-memory 1.5K").real(Id::limits_memory_bytes), 1536);
  EXPECT_EQ(run_line("--device-memory 3G").real(Id::limits_device_memory_bytes), 3.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(run_line("--max-memory 1e9").real(Id::limits_memory_bytes), 1e9);
  for (const char* wrong : {"lots", "M", "64MB", "64 M", "-1"}) {
    EXPECT_THROW(run_words({"--max-memory", wrong}), Error) << wrong;
  }
}

TEST_F(Arguments, SetTakesAnyParameter) {
  EXPECT_EQ(run_line("--set crystal.cells=3,4,5").parameters.get_text("crystal.cells"), "3 4 5");
  EXPECT_EQ(run_line("--set crystal.cells=3,4,5 --set crystal.cells=").parameters.get_text("crystal.cells"), "1 1 1");
  expect_error(Status::unknown_name, {"--set", "detector.distanc", "detector.distance_mm"},
               [] { run_line("--set detector.distanc=5"); });
  expect_error(Status::invalid_argument, {"--set", "name=value"}, [] { run_line("--set crystal.cells"); });
}

TEST_F(Arguments, TokensAddUp) {
  const Applied applied = run_line("--compat interp-latch -N 3 --compat lax-args,running-product --fix phi-midpoint");
  EXPECT_EQ(applied.text(Id::compat_tokens), "interp-latch,lax-args,running-product");
  EXPECT_EQ(applied.text(Id::compat_fixes), "phi-midpoint");
  EXPECT_EQ(run_line("--set compat.tokens=lax-args -unheard").text(Id::compat_tokens), "lax-args");
  expect_error(Status::unknown_name, {"interp-lach", "interp-latch"}, [] { run_line("--compat interp-lach"); });
}

// ---- Files ----

TEST_F(Arguments, ReflectionsAreReadWithTheFinalDefault) {
  folder_.put("a.hkl", "1 2 3 4.5\n1 2 5 6.5\n");
  const Applied applied = run_line("-hkl a.hkl -default_F 7");
  EXPECT_TRUE(applied.outcome.read_reflections);
  EXPECT_EQ(applied.data.structure_factors->amplitudes, (std::vector<double>{4.5, 7, 6.5}));
}

TEST_F(Arguments, ExtraColumnsNeedToBeAnnounced) {
  folder_.put("a.hkl", "1 2 3 4.5 0.1\n");
  expect_error(Status::file, {"a.hkl", "line 1"}, [] { run_line("-hkl a.hkl"); });
  EXPECT_EQ(amplitude(run_line("-hkl a.hkl --hkl-columns 5")), 4.5);
  expect_error(Status::out_of_range, {"--hkl-columns"}, [] { run_line("-hkl a.hkl --hkl-columns 3"); });
}

TEST_F(Arguments, NumberStreamOfTheReferenceComesBack) {
  folder_.put("a.hkl", "1 2\n3 4.5 2 2 3 9");
  EXPECT_EQ(run_line("--compat hkl-stream -hkl a.hkl").data.structure_factors->amplitudes,
            (std::vector<double>{4.5, 9}));
}

TEST_F(Arguments, DumpInTheCurrentFolderIsReadAndMentioned) {
  put_dump("Fdump.bin", 11);
  const Applied applied = run_line("-cell 50");
  EXPECT_TRUE(applied.outcome.read_dump);
  EXPECT_EQ(amplitude(applied), 11);
  EXPECT_EQ(applied.infos(), "reading Fs from Fdump.bin\n");
}

TEST_F(Arguments, DumpIsLeftAloneWhereItIsNotWanted) {
  put_dump("Fdump.bin", 11);
  folder_.put("a.hkl", "1 2 3 4.5\n");
  EXPECT_EQ(amplitude(run_line("-hkl a.hkl")), 4.5);
  const Applied without = run_line("--no-dump -cell 50");
  EXPECT_FALSE(without.data.structure_factors);
  EXPECT_EQ(without.text(Id::program_dump_file), "");

  Parameters parameters;
  SceneData data;
  data.structure_factors = box_of_reflections({{1, 2, 3, 4.0}}, 0);
  Messages log;
  apply_arguments(words_of("-cell 50"), parameters, data, log, {});
  EXPECT_EQ(data.structure_factors->amplitudes.at(0), 4.0) << "data of the host must survive a stray file";
}

TEST_F(Arguments, NamedDumpIsReadIfItExists) {
  put_dump("other.bin", 12);
  EXPECT_EQ(amplitude(run_line("-dump other.bin")), 12);
  EXPECT_FALSE(run_line("-dump absent.bin").data.structure_factors);
}

TEST_F(Arguments, BrokenDumpIsAnErrorThatNamesTheWayOut) {
  folder_.put("Fdump.bin", "nonsense");
  expect_error(Status::file, {"Fdump.bin", "--no-dump"}, [] { run_line("-cell 50"); });
}

TEST_F(Arguments, MissingAndBadFilesAreErrors) {
  expect_error(Status::file, {"absent"}, [] { run_line("-hkl absent"); });
  expect_error(Status::file, {"absent"}, [] { run_line("-mat absent"); });
  expect_error(Status::file, {"absent"}, [] { run_line("-sourcefile absent"); });
  folder_.put("short.mat", "1 2 3");
  expect_error(Status::file, {"short.mat"}, [] { run_line("-mat short.mat"); });
  folder_.put("empty.hkl", "");
  expect_error(Status::file, {"empty.hkl"}, [] { run_line("-hkl empty.hkl"); });
}

TEST_F(Arguments, AbsentSourceColumnsComeFromTheFinalBeam) {
  folder_.put("s.txt", "-9 0.5 0.25 2 1.5e-10\n-9 0.5\n");
  const Applied applied = run_line("-sourcefile s.txt -lambda 1.25 -xds");
  ASSERT_EQ(applied.data.sources.size(), 2u);
  const GivenSource& whole = applied.data.sources[0];
  EXPECT_EQ(whole.position.z, 0.25);
  EXPECT_EQ(whole.weight, 2);
  EXPECT_EQ(whole.wavelength_m, 1.5e-10);
  const GivenSource& part = applied.data.sources[1];
  EXPECT_EQ(part.position.x, -9);
  EXPECT_EQ(part.position.z, -10) << "the beam of xds travels along z";
  EXPECT_EQ(part.weight, 1);
  EXPECT_EQ(part.wavelength_m, 0) << "that of the beam, whatever it will be";
}

TEST_F(Arguments, AbsentSourceColumnsFollowAGivenBeamVectorNormalised) {
  folder_.put("s.txt", "-9 0.5\n");
  EXPECT_EQ(run_line("-sourcefile s.txt -beam_vector 0 0 -4").data.sources.at(0).position.z, 10);
  EXPECT_EQ(run_line("-sourcefile s.txt -beam_vector 0 0 -4 -xds").data.sources.at(0).position.z, -10);
}

// ---- Seeds ----

TEST_F(Arguments, ClockSeedsOnlyWhatIsNeededAndMissing) {
  const ArgumentsContext context{1234567890};
  const Applied both = run_line("-misset random", context);
  EXPECT_EQ(both.real(Id::noise_seed), 1234567890);
  EXPECT_EQ(both.real(Id::crystal_misset_seed), 1234567890);
  EXPECT_NE(both.infos().find("-seed 1234567890"), std::string::npos) << both.infos();
  EXPECT_NE(both.infos().find("-misset_seed 1234567890"), std::string::npos) << both.infos();

  const Applied given = run_line("-misset random -seed 5 -misset_seed 6", context);
  EXPECT_EQ(given.real(Id::noise_seed), 5);
  EXPECT_EQ(given.real(Id::crystal_misset_seed), 6);
  const Applied none = run_line("-nonoise", context);
  EXPECT_FALSE(none.parameters.given(Id::noise_seed));
  EXPECT_FALSE(none.parameters.given(Id::crystal_misset_seed));
  EXPECT_FALSE(run_line("-misset random").parameters.given(Id::crystal_misset_seed)) << "no clock, no seed";
}

TEST_F(Arguments, MissetSeedFollowsTheNoiseSeedOnlyWithTheFix) {
  const ArgumentsContext context{1000};
  EXPECT_EQ(run_line("-misset random -seed 5", context).real(Id::crystal_misset_seed), 1000);
  EXPECT_EQ(run_line("-misset random -seed 5 --fix misset-seed-follows", context).real(Id::crystal_misset_seed), 5);
  EXPECT_EQ(run_line("-nonoise -misset random --fix misset-seed-follows", context).real(Id::crystal_misset_seed), 1000);
}

TEST_F(Arguments, AnyClockGivesAUsableSeed) {
  for (const std::int64_t seconds :
       {std::int64_t{0}, std::int64_t{-5}, std::int64_t{2147483647}, std::int64_t{1} << 40}) {
    EXPECT_GE(run_line("", {seconds}).real(Id::noise_seed), 1) << seconds;
  }
}

// ---- Completeness ----

TEST_F(Arguments, CompleteMeansACellAndStructureFactors) {
  const auto check = [](const Applied& applied) { require_complete(applied.parameters, applied.data); };
  expect_error(Status::inconsistent_scene, {"-cell", "-mat"}, [&] { check(run_line("-default_F 1")); });
  expect_error(Status::inconsistent_scene, {"-hkl", "-default_F"}, [&] { check(run_line("-cell 50")); });
  EXPECT_NO_THROW(check(run_line("-cell 50 -default_F 1")));
  folder_.put("A.mat", "1 0 0 0 1 0 0 0 1");
  folder_.put("a.hkl", "1 2 3 4.5\n");
  EXPECT_NO_THROW(check(run_line("-mat A.mat -hkl a.hkl")));
  put_dump("Fdump.bin", 11);
  EXPECT_NO_THROW(check(run_line("-cell 50")));
}

}  // namespace
}  // namespace nbt
