#include "model/conventions.hpp"

#include <array>
#include <string>

#include "model/error.hpp"

namespace nbt {
namespace {

constexpr std::array<ConventionRow, 6> table = {{
    {"adxv", {0, 0, 1}, {1, 0, 0}, {0, -1, 0}, {0, 0, 1}, {-1, 0, 0}, {1, 0, 0}, {1, 0, 0}, Pivot::beam},
    {"mosflm", {1, 0, 0}, {0, 0, 1}, {0, -1, 0}, {1, 0, 0}, {0, 0, -1}, {0, 0, 1}, {0, 0, 1}, Pivot::beam},
    {"denzo", {1, 0, 0}, {0, 0, 1}, {0, -1, 0}, {1, 0, 0}, {0, 0, -1}, {0, 0, 1}, {0, 0, 1}, Pivot::beam},
    {"xds", {0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}, {1, 0, 0}, {1, 0, 0}, Pivot::sample},
    {"dials", {0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0}, Pivot::sample},
    {"custom", {1, 0, 0}, {0, 0, 1}, {0, -1, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 1}, std::nullopt},
}};

}  // namespace

const ConventionRow& convention_row(Convention convention) {
  return table[static_cast<std::size_t>(convention)];
}

Convention convention_by_name(std::string_view name) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].name == name) return static_cast<Convention>(i);
  }
  throw Error(Status::unknown_name, "unknown detector convention '" + std::string(name) + "'");
}

}  // namespace nbt
