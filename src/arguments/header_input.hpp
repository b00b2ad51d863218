// Parameters from the header of an SMV image or mask (files-and-cli.md 3.4).
#pragma once

#include <memory>
#include <string>

#include "arguments/messages.hpp"
#include "model/compatibility.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt {

enum class HeaderRole { mask, image };

// Sets what the header of `path` gives. Returns the pixels as a mask for HeaderRole::mask, else null: of an image only
// the header is looked at, so that a header alone will do. Throws Error(file) where the file is missing or no SMV image
// [Q59].
std::shared_ptr<const Mask> apply_header(const std::string& path, HeaderRole role, const Compatibility& compatibility,
                                         Parameters& parameters, Messages& log);

}  // namespace nbt
