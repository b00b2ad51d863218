// The detector conventions as a table (physics.md 3.2).
#pragma once

#include <optional>
#include <string_view>

#include "model/scene.hpp"

namespace nbt {

// Vectors before any detector rotation, laboratory frame.
struct ConventionRow {
  std::string_view name;
  Vector3 beam;  // direction of travel
  Vector3 fast;
  Vector3 slow;
  Vector3 normal;
  Vector3 twotheta;
  Vector3 polarization;
  Vector3 spindle;
  std::optional<Pivot> forced_pivot;  // none in custom
};

const ConventionRow& convention_row(Convention convention);

// By the words of the parameter detector.convention.
Convention convention_by_name(std::string_view name);

}  // namespace nbt
