// Reflection lists as text: h k l F per line (files-and-cli.md 3.1).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/structure_factors.hpp"

namespace nbt::formats {

struct HklOptions {
  int columns = 4;  // numbers per line, exactly; those after h k l F must be there and are not used
  // The reference's reading: groups of four numbers without regard to lines, up to the first that does not
  // parse. `columns` is not used then. [Q36, hkl-stream]
  bool number_stream = false;
  std::uint64_t box_byte_limit = largest_box_bytes;  // for read_hkl_box
};

// The entries in file order. `name` stands for the file in messages. Throws Error(Status::file) naming the line
// for a wrong number of columns, an index that is not a whole number, an amplitude that is not finite, and for a
// text without entries.
std::vector<Reflection> read_hkl(std::string_view text, const HklOptions& options, std::string_view name);

// The same, as the box that the reference would build: in number-stream reading its limits come from all groups
// that parse as real numbers, also from those behind the first index not written as an integer.
SharedStructureFactors read_hkl_box(std::string_view text, const HklOptions& options, double default_F,
                                    std::string_view name);

}  // namespace nbt::formats
