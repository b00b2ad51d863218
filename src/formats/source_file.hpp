// List of X-ray sources as text: X Y Z weight wavelength per line (files-and-cli.md 3.5, physics.md 4.3).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace nbt::formats {

// Trailing columns may be absent; their defaults depend on the beam and are the caller's business.
struct SourceRow {
  std::optional<double> x;  // laboratory position; only its direction counts
  std::optional<double> y;
  std::optional<double> z;
  std::optional<double> weight;
  std::optional<double> wavelength_m;
};

// Throws Error(Status::file) naming the line: a word that is not a number, more than five columns, a position
// without direction, a negative weight, a wavelength that is not positive; and for a text without sources [Q14].
std::vector<SourceRow> read_source_file(std::string_view text, std::string_view name);

}  // namespace nbt::formats
