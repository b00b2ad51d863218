#include "arguments/command_line.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "formats/text.hpp"
#include "model/error.hpp"
#include "model/names.hpp"
#include "model/read_real.hpp"

namespace nbt {
namespace {

using formats::quoted;

constexpr std::string_view program_options[] = {
    "--scene", "--dump-scene", "--pixel-batch-size", "--dry-run", "--trace-pixel", "--preview",
    "--json",  "--quiet",      "--verbose",          "--help",    "--version"};

bool is_own(const OptionInfo& option) {
  return option.group == OptionGroup::nbt;
}

template <class Predicate>
bool any_spelling(const OptionInfo& option, Predicate matches) {
  return std::any_of(std::begin(option.spellings), std::end(option.spellings),
                     [&](const Spelling& s) { return !s.text.empty() && matches(s); });
}

template <class Predicate>
const OptionInfo* find_option(Predicate matches) {
  for (const OptionInfo& option : option_table()) {
    if (any_spelling(option, matches)) return &option;
  }
  return nullptr;
}

const OptionInfo* find_own(std::string_view argument) {
  return find_option([&](const Spelling& s) { return s.text.starts_with("--") && s.text == argument; });
}

std::string_view with_one_dash(std::string_view argument) {
  return argument.starts_with("--") ? argument.substr(1) : argument;
}

const OptionInfo* find_strictly(std::string_view argument) {
  const std::string_view name = with_one_dash(argument);
  if (name.starts_with("--")) return nullptr;
  if (const OptionInfo* exact = find_option([&](const Spelling& s) { return s.text == name; })) return exact;
  return find_option([&](const Spelling& s) { return s.rule == SpellingRule::open && name.starts_with(s.text); });
}

bool reference_matches(const Spelling& spelling, std::string_view argument) {
  return spelling.rule == SpellingRule::whole ? argument == spelling.text
                                              : argument.find(spelling.text) != std::string_view::npos;
}

// A known spelling that `name` continues ("-matrix"), or the nearest one.
std::string_view probable_spelling(std::string_view name) {
  std::string_view longest_beginning;
  std::vector<std::string_view> spellings;
  for (const OptionInfo& option : option_table()) {
    for (const Spelling& s : option.spellings) {
      if (s.text.empty()) break;
      spellings.push_back(s.text);
      if (name.starts_with(s.text) && s.text.size() > longest_beginning.size()) longest_beginning = s.text;
    }
  }
  return longest_beginning.size() > 2 ? longest_beginning : nearest_name(name, spellings);
}

[[noreturn]] void fail_unknown(std::string_view argument) {
  if (!argument.starts_with('-') || argument.size() < 2) {
    throw Error(Status::invalid_argument, "unexpected argument " + quoted(argument) + ": no option before it takes it");
  }
  throw Error(Status::unknown_name,
              "unknown option " + quoted(argument) + suggestion(probable_spelling(with_one_dash(argument))));
}

std::string needs(std::string_view name, const OptionInfo& option, int count) {
  return std::string(name) + " needs " + std::to_string(count) + " value" + (count == 1 ? "" : "s") + " (" +
         std::string(option.values) + ")";
}

[[noreturn]] void fail_missing(std::string_view name, const OptionInfo& option, int count) {
  throw Error(Status::invalid_argument, needs(name, option, count) + " and the command line ends before");
}

using Values = std::span<const std::string>;

bool has_effect(const OptionInfo& option, EffectKind kind) {
  return option.effects[0].kind == kind;
}

// As many as the option takes out of what follows it, which may be fewer than it needs.
int wanted_values(const OptionInfo& option, Values following) {
  if (has_effect(option, EffectKind::misset)) {
    return !following.empty() && following[0].find("rand") != std::string::npos ? 1 : 3;
  }
  if (option.least_values == option.most_values) return option.least_values;
  int count = 0;
  while (count < option.most_values && static_cast<std::size_t>(count) < following.size() &&
         !following[static_cast<std::size_t>(count)].starts_with('-')) {
    ++count;
  }
  return std::max(count, option.least_values);
}

// The reference reads past the end of its arguments for these as the last one [Q49].
bool crashes_as_last(const OptionInfo& option) {
  const ParameterId id = option.effects[0].parameter;
  return id == ParameterId::detector_attenuation_depth_um || id == ParameterId::detector_thickness_um ||
         id == ParameterId::detector_thickness_steps;
}

bool ignored_as_last(const OptionInfo& option) {  // [Q11]
  return option.effects[0].parameter == ParameterId::detector_curved;
}

std::vector<std::string> first_values(Values following, int count) {
  return {following.begin(), following.begin() + count};
}

void check_for_swallowed_option(std::string_view name, const OptionInfo& option, Values values) {
  for (const std::string& value : values) {
    if (value.starts_with('-') && find_strictly(value)) {
      throw Error(Status::invalid_argument, needs(name, option, static_cast<int>(values.size())) + ", and the option " +
                                                quoted(value) + " stands in its place");
    }
  }
}

class ReferenceScan {
 public:
  ReferenceScan(const SplitArguments& arguments, Messages& log) : arguments_(arguments), log_(log) {}

  std::vector<Occurrence> run() {
    for (std::size_t i = 0; i < arguments_.rest.size(); ++i) {
      if (arguments_.rest[i].starts_with('-')) scan(i);
    }
    return std::move(found_);
  }

 private:
  void scan(std::size_t index) {
    const std::string& argument = arguments_.rest[index];
    const std::size_t found_before = found_.size();
    const OptionInfo* incomplete = nullptr;
    for (const OptionInfo& option : option_table()) {
      if (is_own(option)) continue;
      if (!any_spelling(option, [&](const Spelling& s) { return reference_matches(s, argument); })) continue;
      if (!act(option, index)) incomplete = &option;
      if (option.spellings[0].rule == SpellingRule::contains_and_stops) break;
    }
    const bool acted = found_.size() > found_before;
    if (incomplete && !acted) log_.warning(argument + " is ignored: too few arguments follow it");
    if (!incomplete && !acted && index >= first_free_ && !looks_like_number(argument)) {
      log_.warning("unknown option " + quoted(argument) + " is ignored");
    }
    warn_about_collision(argument, found_before);
  }

  bool act(const OptionInfo& option, std::size_t index) {
    const Values following = Values(arguments_.rest).subspan(index + 1);
    const int count = wanted_values(option, following);
    if (following.empty() && ignored_as_last(option)) return false;
    if (static_cast<std::size_t>(count) > following.size()) {
      if (crashes_as_last(option)) fail_missing(arguments_.rest[index], option, count);
      return false;
    }
    const bool stops_at_dash = has_effect(option, EffectKind::cell);
    if (stops_at_dash && following[0].starts_with('-')) return false;
    found_.push_back({&option, arguments_.rest[index], first_values(following, count), arguments_.rest_positions[index],
                      following.size()});
    first_free_ = std::max(first_free_, index + 1 + static_cast<std::size_t>(count));
    return true;
  }

  static bool looks_like_number(const std::string& argument) {
    double value = 0;
    return read_real(argument.data(), argument.data() + argument.size(), value).ec == std::errc();
  }

  // [Q07, Q33]; options that set the same parameter do no harm to each other.
  void warn_about_collision(const std::string& argument, std::size_t first) {
    for (std::size_t i = first; i < found_.size(); ++i) {
      const OptionInfo& option = *found_[i].option;
      const bool harmful =
          has_effect(option, EffectKind::misset) || option.effects[0].parameter == ParameterId::detector_twotheta_deg;
      if (harmful && found_.size() > first + 1) {
        log_.warning(argument + " also acts as " + std::string(option.name()) + " here");
      }
    }
  }

  const SplitArguments& arguments_;
  Messages& log_;
  std::vector<Occurrence> found_;
  std::size_t first_free_ = 0;  // arguments before it are values of an option
};

}  // namespace

SplitArguments split_own_options(std::span<const std::string> args) {
  SplitArguments split;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (std::find(std::begin(program_options), std::end(program_options), args[i]) != std::end(program_options)) {
      throw Error(Status::unknown_name, args[i] + " is an option of the nbt program, not of a simulation");
    }
    const OptionInfo* option = find_own(args[i]);
    if (!option) {
      split.rest.push_back(args[i]);
      split.rest_positions.push_back(i);
      continue;
    }
    const Values following = args.subspan(i + 1);
    if (static_cast<std::size_t>(option->least_values) > following.size()) {
      fail_missing(args[i], *option, option->least_values);
    }
    split.own.push_back({option, args[i], first_values(following, option->least_values), i, following.size()});
    i += static_cast<std::size_t>(option->least_values);
  }
  return split;
}

std::vector<Occurrence> parse_strictly(const SplitArguments& arguments) {
  std::vector<Occurrence> found;
  const Values rest(arguments.rest);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const OptionInfo* option = rest[i].starts_with('-') ? find_strictly(rest[i]) : nullptr;
    if (!option) fail_unknown(rest[i]);
    const Values following = rest.subspan(i + 1);
    const int count = wanted_values(*option, following);
    const Values values = following.first(std::min(following.size(), static_cast<std::size_t>(count)));
    check_for_swallowed_option(rest[i], *option, values);
    if (values.size() < static_cast<std::size_t>(count)) fail_missing(rest[i], *option, count);
    found.push_back({option, rest[i], {values.begin(), values.end()}, arguments.rest_positions[i], following.size()});
    i += values.size();
  }
  return found;
}

std::vector<Occurrence> parse_as_reference(const SplitArguments& arguments, Messages& log) {
  return ReferenceScan(arguments, log).run();
}

}  // namespace nbt
