#include "model/parameter_selection.hpp"

#include <charconv>

#include "model/error.hpp"
#include "model/scene_tangent.hpp"

namespace nbt {
namespace {

std::string component_name(const ParameterInfo& info, int component) {
  return std::string(info.name) + (info.length == 1 ? "" : "[" + std::to_string(component) + "]");
}

// A text without '+': all components, or the one in brackets.
struct Named {
  const ParameterInfo* info = nullptr;
  int first = 0;
  int end = 0;
};

int component_of(std::string_view text, std::size_t bracket, const ParameterInfo& info) {
  const std::string_view digits = text.substr(bracket + 1, text.size() - bracket - 2);
  int component = -1;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), component);
  const bool whole = failure == std::errc() && end == digits.data() + digits.size() && text.back() == ']';
  if (!whole || component < 0 || component >= info.length) {
    throw Error(Status::out_of_range, "'" + std::string(text) + "': " + std::string(info.name) +
                                          " has the components 0 to " + std::to_string(info.length - 1));
  }
  return component;
}

Named parse(std::string_view text) {
  const std::size_t bracket = text.find('[');
  Named named;
  named.info = &find_parameter(text.substr(0, bracket));
  require_differentiable(*named.info);
  if (bracket == std::string_view::npos) {
    named.end = named.info->length;
  } else {
    named.first = component_of(text, bracket, *named.info);
    named.end = named.first + 1;
  }
  return named;
}

Movement tied(std::string_view text) {
  Movement movement{std::string(text), {}};
  while (true) {
    const std::size_t plus = text.find('+');
    const std::string_view part = text.substr(0, plus);
    const Named named = parse(part);
    if (named.end != named.first + 1) {
      throw Error(Status::invalid_argument, "'" + movement.name + "': " + std::string(part) +
                                                " has several components; name one, as in " + std::string(part) +
                                                "[0]");
    }
    movement.components.push_back({named.info->id, named.first});
    if (plus == std::string_view::npos) return movement;
    text.remove_prefix(plus + 1);
  }
}

void append(const ParameterInfo& info, int first, int end, std::vector<Movement>& movements) {
  for (int i = first; i < end; ++i) movements.push_back({component_name(info, i), {{info.id, i}}});
}

}  // namespace

std::vector<Movement> select_movements(std::span<const std::string> texts) {
  std::vector<Movement> movements;
  for (const std::string& text : texts) {
    if (text.find('+') != std::string::npos) {
      movements.push_back(tied(text));
    } else {
      const Named named = parse(text);
      append(*named.info, named.first, named.end, movements);
    }
  }
  return movements;
}

std::vector<Movement> all_movements() {
  std::vector<Movement> movements;
  for (const ParameterInfo& info : parameter_table()) {
    if (info.differentiable) append(info, 0, info.length, movements);
  }
  return movements;
}

}  // namespace nbt
