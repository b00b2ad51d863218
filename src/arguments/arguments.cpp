#include "arguments/arguments.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "arguments/command_line.hpp"
#include "arguments/header_input.hpp"
#include "arguments/input_files.hpp"
#include "arguments/option_interpreter.hpp"
#include "model/compatibility.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

bool is_kind(const Occurrence& occurrence, EffectKind kind) {
  return occurrence.option->effects[0].kind == kind;
}

// The first --compat of a command line replaces what was there before, further ones add to it.
void collect_tokens(const std::vector<Occurrence>& own, Parameters& parameters) {
  for (const Id id : {Id::compat_tokens, Id::compat_fixes}) {
    const std::string prefix = std::string(parameter_info(id).name) + "=";
    std::string tokens;
    bool given = false;
    for (const Occurrence& occurrence : own) {
      const bool assigned = is_kind(occurrence, EffectKind::assignment) && occurrence.values[0].starts_with(prefix);
      if (assigned) tokens = occurrence.values[0].substr(prefix.size());
      const bool added = is_kind(occurrence, EffectKind::tokens) && occurrence.option->effects[0].parameter == id;
      if (added) tokens += (tokens.empty() ? "" : ",") + occurrence.values[0];
      given = given || assigned || added;
    }
    if (given) parameters.set_text(id, tokens);
  }
}

bool changes_tokens(const Occurrence& occurrence) {
  return is_kind(occurrence, EffectKind::tokens) ||
         (is_kind(occurrence, EffectKind::assignment) && occurrence.values[0].starts_with("compat."));
}

std::vector<Occurrence> in_order(std::vector<Occurrence> own, std::vector<Occurrence> others) {
  std::vector<Occurrence> merged;
  std::merge(std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()),
             std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()), std::back_inserter(merged),
             [](const Occurrence& a, const Occurrence& b) { return a.position < b.position; });
  return merged;
}

const Occurrence* last_of(const std::vector<Occurrence>& occurrences, EffectKind kind) {
  const auto found =
      std::find_if(occurrences.rbegin(), occurrences.rend(), [kind](const Occurrence& o) { return is_kind(o, kind); });
  return found == occurrences.rend() ? nullptr : &*found;
}

// The mask first, so that the image's header wins [Q57].
void apply_headers(const std::vector<Occurrence>& occurrences, const Compatibility& compatibility,
                   Parameters& parameters, SceneData& data, Messages& log) {
  if (const Occurrence* mask = last_of(occurrences, EffectKind::mask_file)) {
    data.mask = apply_header(mask->values[0], HeaderRole::mask, compatibility, parameters, log);
  }
  if (const Occurrence* image = last_of(occurrences, EffectKind::image_file)) {
    apply_header(image->values[0], HeaderRole::image, compatibility, parameters, log);
  }
}

// Within the range of a seed, and positive so that it starts a new sequence.
double seed_of_clock(std::int64_t seconds) {
  constexpr std::int64_t largest = 2147483647;
  const std::int64_t seed = seconds % largest;
  return static_cast<double>(std::max<std::int64_t>(1, seed < 0 ? -seed : seed));
}

void seed_by_clock(Id id, std::string_view option, std::int64_t seconds, Parameters& parameters, Messages& log) {
  if (parameters.given(id)) return;
  parameters.set(id, seed_of_clock(seconds));
  log.info("seed from the clock: " + std::string(option) + " " + parameters.get_text(parameter_info(id).name));
}

// Seeds that are needed and not given [Q34].
void fill_seeds(const ArgumentsContext& context, const Compatibility& compatibility, Parameters& parameters,
                Messages& log) {
  const bool misset_is_random = parameters.boolean(Id::crystal_misset_random);
  const bool misset_follows = !compatibility.reference(Quirk::misset_seed_follows);
  const bool noise_is_needed = parameters.boolean(Id::program_write_noise) ||
                               (misset_is_random && misset_follows && !parameters.given(Id::crystal_misset_seed));
  if (context.clock_seconds && noise_is_needed) {
    seed_by_clock(Id::noise_seed, "-seed", *context.clock_seconds, parameters, log);
  }
  if (!misset_is_random) return;
  if (misset_follows && !parameters.given(Id::crystal_misset_seed) && parameters.given(Id::noise_seed)) {
    parameters.set(Id::crystal_misset_seed, parameters.real(Id::noise_seed));
  }
  if (context.clock_seconds) {
    seed_by_clock(Id::crystal_misset_seed, "-misset_seed", *context.clock_seconds, parameters, log);
  }
}

struct ParsedOptions {
  Compatibility compatibility;
  std::vector<Occurrence> own;
  std::vector<Occurrence> reference;  // those of nanoBragg
};

// Puts the tokens into `parameters`, since they decide how the rest is read.
ParsedOptions parse_options(std::span<const std::string> args, Parameters& parameters, Messages& log) {
  SplitArguments split = split_own_options(args);
  collect_tokens(split.own, parameters);
  const Compatibility compatibility =
      Compatibility::from_tokens(parameters.text(Id::compat_tokens), parameters.text(Id::compat_fixes));
  std::vector<Occurrence> reference =
      compatibility.reference(Quirk::lax_args) ? parse_as_reference(split, log) : parse_strictly(split);
  return {compatibility, std::move(split.own), std::move(reference)};
}

// The files that the options name.
InputFiles interpret(ParsedOptions parsed, Parameters& parameters, Messages& log) {
  OptionInterpreter interpreter(parameters, parsed.compatibility, log);
  for (const Occurrence& occurrence : in_order(std::move(parsed.own), std::move(parsed.reference))) {
    if (!changes_tokens(occurrence)) interpreter.apply(occurrence);
  }
  interpreter.finish();
  return interpreter.files();
}

}  // namespace

ArgumentsOutcome apply_arguments(std::span<const std::string> args, Parameters& parameters, SceneData& data,
                                 Messages& log, const ArgumentsContext& context) {
  Parameters new_parameters = parameters;
  SceneData new_data = data;
  ParsedOptions parsed = parse_options(args, new_parameters, log);
  apply_headers(parsed.reference, parsed.compatibility, new_parameters, new_data, log);
  const Compatibility compatibility = parsed.compatibility;
  const InputFiles files = interpret(std::move(parsed), new_parameters, log);
  const ArgumentsOutcome outcome = read_input_files(files, compatibility, new_parameters, new_data, log);
  fill_seeds(context, compatibility, new_parameters, log);

  parameters = std::move(new_parameters);
  data = std::move(new_data);
  return outcome;
}

void apply_options(std::span<const std::string> args, Parameters& parameters, Messages& log) {
  interpret(parse_options(args, parameters, log), parameters, log);
}

void require_complete(const Parameters& parameters, const SceneData& data) {
  if (!parameters.given(Id::crystal_cell_lengths_A) && !parameters.given(Id::crystal_orientation_matrix)) {
    throw Error(Status::inconsistent_scene, "no unit cell: give -cell or -mat");
  }
  if (!data.structure_factors && parameters.real(Id::structure_factors_default_F) == 0) {
    throw Error(Status::inconsistent_scene,
                "no structure factors: give -hkl, a readable -dump, or a -default_F other than 0");
  }
}

}  // namespace nbt
