// Carries out options, in the order in which they stand on the command line.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "arguments/command_line.hpp"
#include "arguments/messages.hpp"
#include "arguments/option_values.hpp"
#include "model/compatibility.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt {

// Files to be read when all options are known; of several the last counts.
struct InputFiles {
  std::optional<std::string> matrix;
  std::optional<std::string> reflections;
  std::optional<std::string> sources;
  std::optional<std::string> form_factors;
  int reflection_columns = 4;
  bool dump_is_named = false;  // -dump
};

class OptionInterpreter {
 public:
  OptionInterpreter(Parameters& parameters, const Compatibility& compatibility, Messages& log)
      : parameters_(parameters), compatibility_(compatibility), log_(log) {}

  // Errors name the option.
  void apply(const Occurrence& occurrence);

  // What can be said only after the last option: cell, pivot, warnings.
  void finish();

  const InputFiles& files() const { return files_; }

 private:
  bool reference(Quirk quirk) const { return compatibility_.reference(quirk); }
  bool lax() const { return reference(Quirk::lax_args); }

  void apply_effect(const Effect& effect, const OptionValues& values, const Occurrence& occurrence);
  void apply_special(const Effect& effect, const OptionValues& values, const Occurrence& occurrence);
  void store(const Effect& effect, std::vector<double> numbers);
  void store_component(const Effect& effect, double number);

  void set_cell(const OptionValues& values);
  void set_misset(const OptionValues& values);
  void set_attenuation(const OptionValues& values);
  void set_pivot(const OptionValues& values);
  void set_origin(std::vector<double> mm, const std::string& name);
  void assign(const std::string& text);
  void apply_frame(const Occurrence& occurrence);
  void note_collisions(const Occurrence& occurrence);
  void note_seed(const Effect& effect, const Occurrence& occurrence);

  void finish_cell();
  void finish_pivot();
  void warn_about_convention();

  enum class PivotReason { pivot_option, sample_option, beam_option, convention };
  struct PivotChoice {
    Pivot pivot;
    PivotReason reason;
  };
  struct ConventionSwitch {
    std::string option;
    std::string from;
  };

  Parameters& parameters_;
  const Compatibility& compatibility_;
  Messages& log_;
  InputFiles files_;
  std::optional<std::array<double, 6>> cell_;  // 0: missing
  std::optional<PivotChoice> pivot_;
  std::optional<ConventionSwitch> switched_to_custom_;
  bool misset_differs_ = false;    // from what the reference makes of -misset_seed [Q33]
  bool twotheta_differs_ = false;  // ... of -twotheta_axis [Q07]
};

}  // namespace nbt
