#include "refine/cell_symmetry.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "model/error.hpp"
#include "refine/parameter_table.hpp"

namespace nbt::refine {
namespace {

constexpr const char* lengths = "crystal.cell_lengths_A";
constexpr const char* angles = "crystal.cell_angles_deg";
constexpr double any = -1;

struct CrystalSystem {
  const char* name;
  std::vector<std::vector<int>> lengths;  // free values, each of the components that it moves
  std::vector<std::vector<int>> angles;
  std::array<double, 3> fixed_angles_deg;  // `any`: not fixed
};

const std::vector<CrystalSystem>& table() {
  static const std::vector<CrystalSystem> systems{{"cubic", {{0, 1, 2}}, {}, {90, 90, 90}},
                                                  {"tetragonal", {{0, 1}, {2}}, {}, {90, 90, 90}},
                                                  {"hexagonal", {{0, 1}, {2}}, {}, {90, 90, 120}},
                                                  {"rhombohedral", {{0, 1, 2}}, {{0, 1, 2}}, {any, any, any}},
                                                  {"orthorhombic", {{0}, {1}, {2}}, {}, {90, 90, 90}},
                                                  {"monoclinic", {{0}, {1}, {2}}, {{1}}, {90, any, 90}},
                                                  {"triclinic", {{0}, {1}, {2}}, {{0}, {1}, {2}}, {any, any, any}}};
  return systems;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

const CrystalSystem& find_system(const std::string& name) {
  for (const CrystalSystem& system : table()) {
    if (name == system.name) return system;
  }
  throw Error(Status::invalid_argument,
              "there is no crystal system '" + name + "': it is one of " + joined(crystal_systems()));
}

std::string component(const std::string& parameter, int index) {
  return parameter + "[" + std::to_string(index) + "]";
}

std::string tie_text(const std::string& parameter, const std::vector<int>& components) {
  std::string text;
  for (const int index : components) text += (text.empty() ? "" : "+") + component(parameter, index);
  return text;
}

std::array<double, 3> values_of(nbt_simulation* simulation, const char* parameter) {
  std::array<double, 3> values{};
  check(nbt_get(simulation, parameter, values.data(), values.size()), simulation);
  return values;
}

[[noreturn]] void fail_system(const CrystalSystem& system, const std::string& name, double value, double wanted) {
  char numbers[80];
  std::snprintf(numbers, sizeof numbers, "%.9g instead of %.9g", value, wanted);
  throw Error(Status::inconsistent_scene,
              "the cell is not " + std::string(system.name) + ": " + name + " is " + numbers);
}

void require_equal(const CrystalSystem& system, const char* parameter, const std::array<double, 3>& values,
                   const std::vector<std::vector<int>>& groups) {
  for (const std::vector<int>& group : groups) {
    const double first = values[static_cast<std::size_t>(group[0])];
    for (const int index : group) {
      const double value = values[static_cast<std::size_t>(index)];
      if (std::isfinite(value) && value != first) fail_system(system, component(parameter, index), value, first);
    }
  }
}

void require_fixed_angles(const CrystalSystem& system, const std::array<double, 3>& values) {
  for (int i = 0; i < 3; ++i) {
    const double fixed = system.fixed_angles_deg[static_cast<std::size_t>(i)];
    const double value = values[static_cast<std::size_t>(i)];
    if (fixed != any && std::isfinite(value) && value != fixed) {
      fail_system(system, component(angles, i), value, fixed);
    }
  }
}

void require_cell_of(nbt_simulation* simulation, const CrystalSystem& system) {
  const std::array<double, 3> cell_angles_deg = values_of(simulation, angles);
  require_equal(system, lengths, values_of(simulation, lengths), system.lengths);
  require_equal(system, angles, cell_angles_deg, system.angles);
  require_fixed_angles(system, cell_angles_deg);
}

void append_ties(const std::string& parameter, const std::vector<std::vector<int>>& groups,
                 std::vector<std::string>& list) {
  for (const std::vector<int>& group : groups) list.push_back(tie_text(parameter, group));
}

void refuse_components(const CrystalSystem& system, const std::string& name) {
  if (name.find(lengths) == std::string::npos && name.find(angles) == std::string::npos) return;
  throw Error(Status::invalid_argument, "with the crystal system " + std::string(system.name) +
                                            " the cell is refined as a whole: name " + lengths + " or " + angles +
                                            " instead of " + name);
}

}  // namespace

std::vector<std::string> crystal_systems() {
  std::vector<std::string> names;
  for (const CrystalSystem& system : table()) names.emplace_back(system.name);
  return names;
}

std::vector<std::string> apply_crystal_system(nbt_simulation* simulation, const std::string& name,
                                              const std::vector<std::string>& parameters) {
  const CrystalSystem& system = find_system(name);
  require_cell_of(simulation, system);
  std::vector<std::string> list;
  for (const std::string& parameter : parameters) {
    if (parameter == lengths) {
      append_ties(lengths, system.lengths, list);
    } else if (parameter == angles) {
      append_ties(angles, system.angles, list);
    } else {
      refuse_components(system, parameter);
      list.push_back(parameter);
    }
  }
  if (list.empty() && !parameters.empty()) {
    throw Error(Status::invalid_argument,
                "the crystal system " + name + " fixes all that is to be refined: " + joined(parameters));
  }
  return list;
}

}  // namespace nbt::refine
