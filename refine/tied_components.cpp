#include "refine/tied_components.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "model/error.hpp"
#include "refine/parameter_table.hpp"

namespace nbt::refine {
namespace {

std::vector<const char*> pointers_to(const std::vector<std::string>& names) {
  std::vector<const char*> pointers;
  for (const std::string& name : names) pointers.push_back(name.c_str());
  return pointers;
}

// One name for each free value.
std::vector<std::string> expanded_names(nbt_simulation* simulation, const std::vector<std::string>& names) {
  const std::vector<const char*> list = pointers_to(names);
  std::size_t count = 0;
  check(nbt_get_component_count(simulation, list.data(), list.size(), &count), simulation);
  std::vector<std::string> expanded;
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = nullptr;
    check(nbt_get_component_name(simulation, list.data(), list.size(), i, &name), simulation);
    expanded.emplace_back(name);
  }
  return expanded;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// "name" or "name[2]"; the library has accepted it.
Component component_of(const std::string& text) {
  const std::size_t bracket = text.find('[');
  Component component{trimmed(text.substr(0, bracket)), 0, 0};
  if (bracket == std::string::npos) return component;
  std::from_chars(text.data() + bracket + 1, text.data() + text.size(), component.index);
  return component;
}

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('+', begin), name.size());
    parts.push_back(trimmed(name.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

void require_real(const nbt_parameter& parameter) {
  if (parameter.kind == NBT_KIND_REAL) return;
  throw Error(Status::invalid_argument, std::string(parameter.name) + " is a whole number and cannot be refined");
}

double start_of(nbt_simulation* simulation, const nbt_parameter& parameter, std::size_t index) {
  std::vector<double> values(static_cast<std::size_t>(parameter.length));
  check(nbt_get(simulation, parameter.name, values.data(), values.size()), simulation);
  if (!std::isnan(values.at(index))) return values[index];
  throw Error(Status::inconsistent_scene, std::string(parameter.name) +
                                              " is automatic: to refine it, set the value from which to start (" +
                                              parameter.flags + ")");
}

// Of the first component; the others keep their distance to it.
void narrow(FreeValue& free, const nbt_parameter& parameter, double offset) {
  free.minimum = std::max(free.minimum, parameter.minimum - offset);
  free.maximum = std::min(free.maximum, parameter.maximum - offset);
}

TiedComponents tie(nbt_simulation* simulation, const std::string& name) {
  TiedComponents tied;
  tied.name = name;
  for (const std::string& part : parts_of(name)) {
    Component component = component_of(part);
    const nbt_parameter parameter = find_parameter(component.parameter);
    require_real(parameter);
    component.start = start_of(simulation, parameter, component.index);
    if (tied.components.empty()) {
      tied.unit = parameter.unit;
      tied.free = {name, component.start, parameter.minimum, parameter.maximum};
    }
    narrow(tied.free, parameter, component.start - tied.free.start);
    tied.components.push_back(component);
  }
  return tied;
}

void require_once(const std::vector<TiedComponents>& list) {
  std::set<std::pair<std::string, std::size_t>> seen;
  for (const TiedComponents& tied : list) {
    for (const Component& component : tied.components) {
      if (seen.emplace(component.parameter, component.index).second) continue;
      throw Error(Status::invalid_argument, component.parameter + "[" + std::to_string(component.index) +
                                                "] is named twice among the parameters to refine");
    }
  }
}

}  // namespace

std::vector<TiedComponents> tied_components(nbt_simulation* simulation, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::vector<TiedComponents> list;
  for (const std::string& name : expanded_names(simulation, names)) list.push_back(tie(simulation, name));
  require_once(list);
  return list;
}

}  // namespace nbt::refine
