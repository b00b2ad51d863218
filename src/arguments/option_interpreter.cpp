#include "arguments/option_interpreter.hpp"

#include <algorithm>

#include "formats/text.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

constexpr double electronvolt_angstrom = 12398.42;  // wavelength = this / energy (physics.md 1)

bool is_convention_flag(const OptionInfo& option) {
  return option.effects[0].parameter == Id::detector_convention;
}

bool is_infinite(const std::string& text) {
  return text.find("inf") != std::string::npos;
}

}  // namespace

void OptionInterpreter::apply(const Occurrence& occurrence) {
  const OptionValues values(occurrence, lax());
  try {
    for (const Effect& effect : occurrence.option->effects) apply_effect(effect, values, occurrence);
  } catch (const Error& error) {
    throw Error(error.status(), occurrence.name + ": " + error.what());
  }
  apply_frame(occurrence);
  note_collisions(occurrence);
}

void OptionInterpreter::apply_effect(const Effect& effect, const OptionValues& values, const Occurrence& occurrence) {
  switch (effect.kind) {
    case EffectKind::with_previous:
      return;
    case EffectKind::real:
      return store_component(effect, values.real(0));
    case EffectKind::integer:
      store_component(effect, static_cast<double>(values.integer(0)));
      return note_seed(effect, occurrence);
    case EffectKind::real_to_all:
      return store(effect,
                   std::vector(static_cast<std::size_t>(parameter_info(effect.parameter).length), values.real(0)));
    case EffectKind::integer_to_all:
      return store(effect, std::vector(static_cast<std::size_t>(parameter_info(effect.parameter).length),
                                       static_cast<double>(values.integer(0))));
    case EffectKind::reals:
      return store(effect, values.reals());
    case EffectKind::integers:
      return store(effect, values.integers());
    case EffectKind::text:
      return parameters_.set_text(effect.parameter, values.text(0));
    case EffectKind::word:
      return parameters_.set_text(effect.parameter, effect.word);
    default:
      return apply_special(effect, values, occurrence);
  }
}

void OptionInterpreter::apply_special(const Effect& effect, const OptionValues& values, const Occurrence& occurrence) {
  switch (effect.kind) {
    case EffectKind::photon_energy:
      return parameters_.set(effect.parameter, electronvolt_angstrom / values.real(0));
    case EffectKind::cell:
      return set_cell(values);
    case EffectKind::misset:
      return set_misset(values);
    case EffectKind::attenuation:
      return set_attenuation(values);
    case EffectKind::pivot:
      return set_pivot(values);
    case EffectKind::origin_m:
      return set_origin({values.real(0) * 1000.0, values.real(1) * 1000.0, values.real(2) * 1000.0}, occurrence.name);
    case EffectKind::origin_mm:
      return set_origin(values.reals(), occurrence.name);
    case EffectKind::matrix_file:
      files_.matrix = values.text(0);
      return;
    case EffectKind::reflection_file:
      files_.reflections = values.text(0);
      return;
    case EffectKind::source_file:
      files_.sources = values.text(0);
      return;
    case EffectKind::form_factor_file:
      files_.form_factors = values.text(0);
      [[fallthrough]];
    case EffectKind::unused:
      return log_.warning(occurrence.name + " has no effect on the image");  // [Q65]
    case EffectKind::dump_file:
      files_.dump_is_named = true;
      return parameters_.set_text(effect.parameter, values.text(0));
    case EffectKind::no_dump:
      return parameters_.set_text(effect.parameter, "");
    case EffectKind::reflection_columns: {
      const std::int64_t columns = values.integer(0);
      if (columns < 4 || columns > 1000) {
        throw Error(Status::out_of_range, values.text(0) + " is not a number of columns from 4 to 1000");
      }
      files_.reflection_columns = static_cast<int>(columns);
      return;
    }
    case EffectKind::memory:
      return parameters_.set(effect.parameter, parse_bytes(values.text(0)));
    case EffectKind::assignment:
      return assign(values.text(0));
    default:
      return;  // headers and tokens act before the options
  }
}

void OptionInterpreter::store(const Effect& effect, std::vector<double> numbers) {
  const ParameterInfo& info = parameter_info(effect.parameter);
  if (effect.below == Below::automatic && std::any_of(numbers.begin(), numbers.end(), [](double n) { return n < 0; })) {
    return parameters_.unset(effect.parameter);
  }
  if (effect.below == Below::lowest) {
    for (double& number : numbers) number = std::max(number, info.minimum);
  }
  parameters_.set(effect.parameter, numbers);
}

void OptionInterpreter::store_component(const Effect& effect, double number) {
  const ParameterInfo& info = parameter_info(effect.parameter);
  std::vector<double> numbers = parameters_.get(info.name);
  numbers[static_cast<std::size_t>(effect.component)] = number;
  store(effect, std::move(numbers));
}

// A repeated -cell keeps what it does not mention, as in the reference.
void OptionInterpreter::set_cell(const OptionValues& values) {
  if (!cell_) cell_.emplace();
  for (std::size_t i = 0; i < values.count(); ++i) (*cell_)[i] = values.real(i);
}

void OptionInterpreter::set_misset(const OptionValues& values) {
  const bool random = values.count() == 1;
  parameters_.set(Id::crystal_misset_random, random ? 1 : 0);
  if (!random) parameters_.set(Id::crystal_misset_deg, values.reals());
}

// Infinite depth: no absorption, and no thickness unless -detector_thick follows.
void OptionInterpreter::set_attenuation(const OptionValues& values) {
  const double depth_um = is_infinite(values.text(0)) ? 0 : values.real(0);
  parameters_.set(Id::detector_attenuation_depth_um, depth_um);
  if (depth_um == 0) parameters_.set(Id::detector_thickness_um, 0);
}

void OptionInterpreter::set_pivot(const OptionValues& values) {
  const bool sample = values.text(0).find("sample") != std::string::npos;
  const bool beam = values.text(0).find("beam") != std::string::npos;
  if (sample) pivot_ = {Pivot::sample, PivotReason::pivot_option};
  if (beam) pivot_ = {Pivot::beam, PivotReason::pivot_option};
  if (!sample && !beam && !lax()) {
    throw Error(Status::out_of_range, formats::quoted(values.text(0)) + " is neither beam nor sample");
  }
}

// The reference discards the vector [Q04].
void OptionInterpreter::set_origin(std::vector<double> mm, const std::string& name) {
  if (reference(Quirk::pix0_ignored)) return log_.warning("the origin given with " + name + " is ignored");
  parameters_.set(Id::detector_origin_mm, mm);
  log_.warning(name + " is honoured; nanoBragg ignores it");
}

void OptionInterpreter::assign(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    throw Error(Status::invalid_argument, formats::quoted(text) + " is not of the form name=value");
  }
  const std::string name = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  if (value.empty()) return parameters_.unset(name);
  parameters_.set_text(name, value);
}

void OptionInterpreter::apply_frame(const Occurrence& occurrence) {
  const OptionInfo& option = *occurrence.option;
  const bool convention = is_convention_flag(option);
  if (option.frame == FrameEffect::pivot_beam) {
    pivot_ = {Pivot::beam, convention ? PivotReason::convention : PivotReason::beam_option};
  }
  if (option.frame == FrameEffect::pivot_sample) {
    pivot_ = {Pivot::sample, convention ? PivotReason::convention : PivotReason::sample_option};
  }
  if (option.frame != FrameEffect::custom_convention || !reference(Quirk::custom_convention)) return;
  const std::string& before = parameters_.text(Id::detector_convention);
  if (before != "custom") switched_to_custom_ = {occurrence.name, before};
  parameters_.set_text(Id::detector_convention, "custom");
}

// Where the reference would take an option for another one as well, and nbt does not.
void OptionInterpreter::note_collisions(const Occurrence& occurrence) {
  if (lax()) return;
  const Effect& effect = occurrence.option->effects[0];
  if (effect.kind == EffectKind::misset) misset_differs_ = false;
  if (effect.parameter == Id::detector_twotheta_deg) twotheta_differs_ = false;
  if (effect.parameter == Id::crystal_misset_seed) misset_differs_ = occurrence.following >= 3;
  if (effect.parameter == Id::detector_twotheta_axis) twotheta_differs_ = true;
}

void OptionInterpreter::note_seed(const Effect& effect, const Occurrence& occurrence) {
  const bool is_seed = effect.parameter == Id::noise_seed || effect.parameter == Id::crystal_mosaic_seed ||
                       effect.parameter == Id::crystal_misset_seed;
  if (is_seed && parameters_.integer(effect.parameter) < 0) {
    log_.warning(occurrence.name + ": a negative seed continues a sequence that has begun; give a positive one");
  }
}

void OptionInterpreter::finish() {
  finish_cell();
  finish_pivot();
  warn_about_convention();
  if (misset_differs_) {
    log_.warning("-misset_seed sets the seed only; nanoBragg would also take it for -misset and set fixed angles");
  }
  if (twotheta_differs_) {
    log_.warning("-twotheta_axis sets the axis only; nanoBragg would also take its first component for -twotheta");
  }
}

// Missing edges are as long as a, missing angles 90 degrees (physics.md 6.1).
void OptionInterpreter::finish_cell() {
  if (!cell_) return;
  std::array<double, 6> cell = *cell_;
  for (std::size_t i = 1; i < 3; ++i) {
    if (cell[i] == 0) cell[i] = cell[0];
  }
  for (std::size_t i = 3; i < 6; ++i) {
    if (cell[i] == 0) cell[i] = 90;
  }
  try {
    parameters_.set(Id::crystal_cell_lengths_A, std::span(cell).first(3));
    parameters_.set(Id::crystal_cell_angles_deg, std::span(cell).last(3));
  } catch (const Error& error) {
    throw Error(error.status(), std::string("-cell: ") + error.what());
  }
}

// Stored where it acts, or where somebody may think so and resolve() warns [Q02]: a convention's flag chooses its own
// pivot anyway, and nobody who gives a distance means to choose one.
void OptionInterpreter::finish_pivot() {
  if (!pivot_) return;
  const bool named = parameters_.text(Id::detector_convention) != "custom";
  const bool meaningless = pivot_->reason == PivotReason::convention ||
                           (pivot_->reason == PivotReason::beam_option && reference(Quirk::forced_pivot));
  if (named && meaningless) return parameters_.unset(Id::detector_pivot);
  parameters_.set_text(Id::detector_pivot, pivot_->pivot == Pivot::sample ? "sample" : "beam");
}

// [Q03] bites where the convention would have supplied vectors.
void OptionInterpreter::warn_about_convention() {
  if (!switched_to_custom_ || parameters_.text(Id::detector_convention) != "custom") return;
  constexpr Id vectors[] = {Id::beam_direction,       Id::detector_fast_axis,     Id::detector_slow_axis,
                            Id::detector_normal_axis, Id::beam_polarization_axis, Id::goniometer_spindle_axis};
  const bool all_given =
      std::all_of(std::begin(vectors), std::end(vectors), [this](Id id) { return parameters_.given(id); });
  if (all_given) return;
  log_.warning(switched_to_custom_->option + " switches from the " + switched_to_custom_->from +
               " to the custom convention, with its beam-centre rule, pivot and default vectors");
}

}  // namespace nbt
