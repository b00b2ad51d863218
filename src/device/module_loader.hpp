// Finds and opens modules of devices (device_module.hpp, docs/devices.md). They stay open until the process ends,
// because what drives a GPU does not survive being unloaded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/device.hpp"

namespace nbt {

// A module that libnbt knows how to look for.
struct KnownModule {
  std::string name;  // "cuda", which begins the names of its devices, too
  std::string file;  // "libnbt_cuda.so"
  std::string
      variable;  // of the environment; its value is the path of the module, which is then looked for nowhere else
};

const std::vector<KnownModule>& known_modules();

// Paths that are tried, in order.
std::vector<std::string> paths_of(const KnownModule& module);

// The devices of the first of these files that exists; or one that is not available, named after the module, whose
// reason says in a sentence what is missing or wrong.
std::vector<std::shared_ptr<const Device>> devices_of(const KnownModule& module, const std::vector<std::string>& paths);

}  // namespace nbt
