// An atomic model as gemmi holds it, read from text. gemmi types: see reflection_sphere.hpp.
#pragma once

#include <cstddef>
#include <gemmi/model.hpp>
#include <gemmi/small.hpp>
#include <gemmi/symmetry.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace nbt::io {

struct AtomicModel {
  std::string space_group;
  gemmi::GroupOps operations;
  // With the operations as the cell's images; at least one atom; every element has a scattering factor.
  std::variant<gemmi::SmallStructure, gemmi::Structure> atoms;

  const gemmi::UnitCell& cell() const {
    return std::visit([](const auto& structure) -> const gemmi::UnitCell& { return structure.cell; }, atoms);
  }
};

// Alternative locations counted each.
std::size_t count_atoms(const gemmi::Model& model);

// What structure_factors_from_model.hpp says about files. Throws Error(Status::file).
AtomicModel read_atomic_model(std::string_view text, const std::string& name);

}  // namespace nbt::io
