// The reference's binary cache of structure factors, Fdump.bin (files-and-cli.md 3.2).
#pragma once

#include <string_view>

#include "formats/byte_sink.hpp"
#include "model/structure_factors.hpp"

namespace nbt::formats {

// Throws Error(Status::file): header not as described, length that does not fit it, an amplitude that is not finite.
SharedStructureFactors read_fdump(std::string_view bytes, std::string_view name);

void write_fdump(const StructureFactors& factors, ByteSink& sink);

}  // namespace nbt::formats
