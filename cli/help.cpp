#include "help.hpp"

#include <nbt/nbt.h>

#include "arguments/option_table.hpp"
#include "program_options.hpp"

namespace nbt::program {
namespace {

constexpr const char* examples = R"(Examples:
  nbt -default_F 100 -cell 50 60 70 -N 10 -lambda 1.0 -distance 100 -detpixels 512 --preview image.png
      a still image of a crystal in which every reflection is equally strong
  nbt -hkl P1.hkl -cell 79.1 79.1 37.9 -misset 15 25 35 -N 30 -osc 1 -phisteps 100 -mosaic 0.2 -mosaic_dom 20
      one degree of rotation with mosaic spread and real structure factors
  nbt -hkl P1.hkl -mat A.mat -xds -ORGX 1231 -ORGY 1263 -detpixels_x 2463 -detpixels_y 2527 -pixel 0.172 --dry-run
      what that would take: memory, evaluations, time
  nbt -hkl P1.hkl -mat A.mat --compat nanobragg --precision exact
      the reference program's bytes, its defects included
  nbt structure-factors model.cif --dmin 2 -o P1.hkl
  nbt compare one.img other.img
)";

constexpr const char* commands = R"(Commands (`nbt COMMAND --help` tells more):
  devices               what nbt can run on
  noise                 integer and noise images from a float image
  compare               how much two images differ
  compare-traces        the first intermediate value in which two --trace-pixel files differ
  structure-factors     reflection lists from a model, or with Wilson's statistics
  gradient              a loss of the image against data, and its derivatives by parameters
  refine                the parameters for which the image fits data best
)";

constexpr const char* exit_codes = R"(Exit status:
  0 success   1 compare-traces found a difference, or refine did not converge
  2 command line   3 scene   4 memory   5 cancelled
  6 device   9 missing input, or a file that cannot be read or written   12 a defect of nbt
  128 + N stopped by signal N (130: Ctrl-C); nothing is left behind
)";

std::string program_options_text() {
  std::string text = "What the program does:\n";
  for (const ProgramOptionHelp& option : program_option_help()) {
    text +=
        "  " + option.name + (option.values.empty() ? "" : " " + option.values) + "\n      " + option.sentence + "\n";
  }
  return text;
}

}  // namespace

std::string version_text() {
  return std::string("nbt ") + nbt_version();
}

std::string usage_text() {
  return R"(Usage: nbt [options], with nanoBragg's options in one dash and nbt's in two; nbt COMMAND ...
Needed: structure factors (-hkl FILE, -default_F F or a dump file) and a crystal (-cell A B C ... or -mat FILE).
For example: nbt -default_F 100 -cell 50 60 70 -N 10 -detpixels 512
`nbt --help` shows more examples and every option.)";
}

std::string help_text() {
  return std::string(
             "nbt renders X-ray diffraction images of crystals.\n\n"
             "Usage: nbt [options]\n       nbt COMMAND ...\n\n") +
         examples + "\n" + commands + "\n" + program_options_text() + "\n" + options_help() + "\n" + exit_codes +
         "\nAn option in one dash may be written with two. Documentation: docs/README.md";
}

}  // namespace nbt::program
