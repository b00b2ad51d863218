// Scene files: everything that a caller sets, as JSON with a version (docs/scene.md).
#pragma once

#include <string>
#include <string_view>

#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt::formats {

inline constexpr int scene_version = 1;

struct SceneFile {
  Parameters parameters;
  SceneData data;
};

// Throws Error naming the key: invalid_argument (malformed text, wrong type, not finite), unknown_name (a key that
// does not exist), unsupported (another version), and what the parameters' own setters throw.
SceneFile read_scene(std::string_view json);

// Parameters that were set, and all data. Numbers come back exactly.
std::string write_scene(const Parameters& parameters, const SceneData& data);

}  // namespace nbt::formats
