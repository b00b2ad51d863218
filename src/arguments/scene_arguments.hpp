// A scene as a command line.
#pragma once

#include <string>
#include <vector>

#include "formats/scene_json.hpp"

namespace nbt {

struct NamedFile {
  std::string name;
  std::string bytes;
};

struct SceneArguments {
  std::vector<std::string> arguments;  // without the program's name
  std::vector<std::string> notes;      // what the arguments do not say, for people
  std::vector<NamedFile> files;        // that the arguments name: reflections, mask, sources, drawn rotations
};

// Arguments and files that lead to this scene: apply_arguments() gives every parameter and all data the same values.
// Rotations of domains that were given one by one have no option; they go to a scene file that --scene reads, an option
// of the program alone.
SceneArguments arguments_of(const formats::SceneFile& scene);

}  // namespace nbt
