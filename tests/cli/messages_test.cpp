// What the program says: the lines that scripts read, and how much of them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "golden_case.hpp"
#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

TEST(Messages, LinesOfTheReferenceAreVerbatim) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene());
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  for (const char* line : {"mosflm convention selected.\n",
                           "pivoting detector around direct beam spot\n",
                           "auto-selected no interpolation\n",
                           "Unit Cell: 50 60 70 90 90 90\n",
                           "Recp Cell: 0.02 0.0166667 0.0142857 90 90 90\n",
                           "volume = 210000 A^3\n",
                           "crystal is 0.025 x 0.03 x 0.035 microns\n",
                           "auto-selected 2-fold oversampling\n",
                           "  0 initialized hkls (all others =100)\n",
                           "  parallelpiped xtal: 5x5x5 cells\n",
                           "  distance=0.1 detsize=0.0064x0.0064  pixel=0.0001 meters (64x64 pixels)\n",
                           "  Fbeam=0.0033 Sbeam=0.0033\n",
                           "  1 sources\n",
                           "  1 mosaic domains over mosaic spread of 0 degrees\n",
                           "  1 phi steps from 0 to 0 degrees\n",
                           "solid angle subtended by detector = ",
                           "writing floatimage.bin as 4096 4-byte floats\n",
                           "max_I = ",
                           "mean= ",
                           "intfile_scale = ",
                           "writing intimage.img as 2-byte integers\n",
                           "pgm_scale = ",
                           "writing image.pgm as 1-byte integers\n",
                           " photons on noise image (0 overloads)\n",
                           "writing noiseimage.img as 2-byte integers\n"}) {
    EXPECT_NE(outcome.output.find(line), std::string::npos) << "missing: " << line << "\n" << outcome;
  }
}

// Statistics are printed as the reference printed them for the same command line.
TEST(Messages, StatisticsAreTheReferences) {
  const golden::GoldenCase golden = golden::load_case("noise_low");
  const WorkDirectory directory;
  const Outcome outcome =
      run_program(directory, golden.arguments + Arguments{"--compat", "nanobragg", "--precision", "exact"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  const auto& printed = golden.facts.at("printed_statistics");
  const auto text = [&](const char* key) { return printed.at(key).get<std::string>(); };
  for (const std::string& line : {"max_I = " + text("max_I") + "  at " + text("max_fast_m") + " " + text("max_slow_m"),
                                  "mean= " + text("mean") + " rms= " + text("rms") + " rmsd= " + text("rmsd"),
                                  "intfile_scale = " + golden.facts.at("int").at("scale_printed").get<std::string>(),
                                  std::string("6212 photons on noise image (0 overloads)")}) {
    EXPECT_NE(outcome.output.find(line + "\n"), std::string::npos) << "missing: " << line << "\n" << outcome;
  }
}

TEST(Messages, SeedFromTheClockIsPrinted) {
  const WorkDirectory directory;
  const Outcome outcome =
      run_program(directory, {"-default_F", "1", "-cell", "50", "-N", "3", "-detpixels", "8", "-misset", "random"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_NE(outcome.output.find("noise.seed = "), std::string::npos) << outcome;
  EXPECT_NE(outcome.output.find("crystal.misset_seed = "), std::string::npos) << outcome;
  EXPECT_NE(outcome.output.find("random orientation misset angles: "), std::string::npos) << outcome;
}

TEST(Messages, WarningsHaveTheirPrefix) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, small_scene() + Arguments{"-mosaic_dom", "5"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_NE(outcome.output.find("WARNING: "), std::string::npos) << outcome;
}

TEST(Messages, QuietSaysNothingAndErrorsStillDo) {
  const WorkDirectory directory;
  const Outcome fine = run_program(directory, small_scene() + Arguments{"--quiet", "-mosaic_dom", "5"});
  EXPECT_EQ(fine.exit_code, 0);
  EXPECT_EQ(fine.output + fine.errors, "");
  const Outcome wrong = run_program(directory, {"--quiet", "-hkl", "absent.hkl"});
  EXPECT_EQ(wrong.exit_code, 9);
  EXPECT_NE(wrong.errors.find("absent.hkl"), std::string::npos) << wrong;
}

TEST(Messages, VerboseSaysMore) {
  const WorkDirectory directory;
  const Outcome normal = run_program(directory, small_scene());
  const Outcome verbose = run_program(directory, small_scene() + Arguments{"--verbose"});
  EXPECT_EQ(verbose.exit_code, 0);
  EXPECT_GT(std::count(verbose.output.begin(), verbose.output.end(), '\n'),
            std::count(normal.output.begin(), normal.output.end(), '\n'));
}

TEST(Progress, IsPlainLinesWithoutATerminalAndSilentWhenNotWanted) {
  const WorkDirectory directory;
  const Outcome shown = run_program(directory, small_scene() + Arguments{"-progress", "--pixel-batch-size", "8"});
  EXPECT_NE(shown.output.find("% done\n"), std::string::npos) << shown;
  const Outcome silent = run_program(directory, small_scene() + Arguments{"--pixel-batch-size", "8"});
  EXPECT_EQ(silent.output.find("% done"), std::string::npos) << silent;
}

TEST(Progress, IsPercentageAndRemainingTimeOnATerminal) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) GTEST_SKIP() << "this system has no pseudo-terminals (/dev/ptmx)";
  ASSERT_EQ(grantpt(terminal), 0);
  ASSERT_EQ(unlockpt(terminal), 0);
  RunOptions options;
  options.in_child = [name = std::string(ptsname(terminal))] { dup2(open(name.c_str(), O_RDWR | O_NOCTTY), 2); };
  std::string shown;
  options.while_running = [&](pid_t) {
    char text[256];
    for (ssize_t got = 0; (got = read(terminal, text, sizeof text)) > 0;)
      shown.append(text, static_cast<std::size_t>(got));
  };
  const WorkDirectory directory;
  const Outcome outcome =
      run_program(directory,
                  small_scene() + Arguments{"-progress", "-detpixels", "128", "-oversample", "8", "-mosaic", "1",
                                            "-mosaic_dom", "16", "--precision", "exact", "--pixel-batch-size", "4"},
                  options);
  close(terminal);
  EXPECT_EQ(outcome.exit_code, 0) << outcome;
  EXPECT_NE(shown.find("% done"), std::string::npos) << shown;
  EXPECT_NE(shown.find(" left"), std::string::npos) << shown;
  EXPECT_EQ(outcome.output.find("% done"), std::string::npos) << outcome;
}

TEST(Printout, GivesEveryPixelOrOne) {
  const WorkDirectory directory;
  const Arguments quiet_scene = small_scene() + Arguments{"--quiet"};
  const Outcome all = run_program(directory, quiet_scene + Arguments{"-printout"});
  EXPECT_EQ(std::count(all.output.begin(), all.output.end(), '\n'), 64 * 64);
  const Outcome one = run_program(directory, quiet_scene + Arguments{"-printout_pixel", "12", "34"});
  EXPECT_EQ(one.output.rfind("  12   34 : ", 0), 0u) << one;
  EXPECT_EQ(std::count(one.output.begin(), one.output.end(), '\n'), 1) << one;
}

}  // namespace
}  // namespace nbt::cli_tests
