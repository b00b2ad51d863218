// The parts of an SMV image that matter to a rendering: header values and which pixels are zero.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arguments.hpp"

namespace nbt::oracle {

enum class HeaderUse { image, mask };

// Puts a header's values into the request (files-and-cli.md 3.4). With `exact_keys` (fix header-keys) a key is a whole
// word, XDS_ORGX and XDS_ORGY serve where ORGX and ORGY are absent, TWOTHETA acts, and a mask's Y beam centre is not
// mirrored.
void apply_smv_header(const std::string& file, HeaderUse use, bool exact_keys, Request& request);

// One byte per pixel, 0 where the mask is 0.
std::vector<std::uint8_t> read_smv_mask(const std::string& file, int fast, int slow);

}  // namespace nbt::oracle
