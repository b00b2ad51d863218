// The one table of command-line options: parsing, help and documentation all read it (files-and-cli.md 2).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/parameters.hpp"

namespace nbt {

// Sections of the help; `nbt` are the double-dash options that nanoBragg does not have.
enum class OptionGroup { crystal, detector, beam, output, nbt };

// Which arguments are meant by a spelling. nbt's parser takes the exact spelling with one or two dashes, except
// where noted; the reference's rules come back with --compat lax-args.
enum class SpellingRule {
  contains,            // lax: any argument that contains it
  contains_and_stops,  // the same, and rows further down are not tried
  open,                // any argument that begins with it; lax: that contains it
  whole                // exactly, in both
};

struct Spelling {
  std::string_view text;  // with its dash; empty behind the last one
  SpellingRule rule = SpellingRule::contains;
};

// What one option does to one parameter, or by itself.
enum class EffectKind {
  with_previous,  // set by the effect before it, named here for the documentation
  real,           // a number of the command line becomes one component
  real_to_all,    // ... every component
  reals,          // as many numbers as the parameter has components
  integer,
  integer_to_all,
  integers,
  text,
  word,           // `word` becomes the value, without anything from the command line
  photon_energy,  // eV to wavelength
  cell,           // 1 to 6 numbers: lengths and angles
  misset,         // "random", or three angles
  attenuation,    // um, or infinite
  pivot,          // "beam" or "sample" somewhere in the value
  origin_m,       // three numbers in metres
  origin_mm,      // the same in millimetres; unlike --origin a quirk of the reference [Q04]
  mask_file,
  image_file,
  matrix_file,
  reflection_file,
  source_file,
  dump_file,
  form_factor_file,  // read and not used
  unused,            // accepted without effect [Q65]
  reflection_columns,
  no_dump,
  memory,     // bytes with K, M, G, T
  tokens,     // appended to a list of tokens
  assignment  // name=value
};

// What becomes of a number below the parameter's range.
enum class Below {
  refuse,
  automatic,  // negative means not given
  lowest      // as the smallest value allowed
};

struct Effect {
  EffectKind kind = EffectKind::with_previous;
  ParameterId parameter = ParameterId::count;  // count: none
  int component = 0;
  Below below = Below::refuse;
  std::string_view word;
};

// What an option does to the detector's frame besides (footnote 1 of files-and-cli.md 2.2).
enum class FrameEffect { none, pivot_beam, pivot_sample, custom_convention };

struct OptionInfo {
  OptionGroup group;
  Spelling spellings[6];
  std::string_view values;  // names of the values, in brackets where they may be absent: "A [B C]"
  int least_values;
  int most_values;
  Effect effects[3];
  FrameEffect frame;
  std::string_view sentence;

  std::string_view name() const { return spellings[0].text; }
};

std::span<const OptionInfo> option_table();

// "-lambda..., -wave..."
std::string spellings_text(const OptionInfo& option);

// All options by group, one sentence each, for a terminal.
std::string options_help();

}  // namespace nbt
