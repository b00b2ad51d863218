#include "device/module_loader.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <system_error>

#include "device/device_module.hpp"
#include "device/missing_device.hpp"
#include "device/module_file.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

using Devices = std::vector<std::shared_ptr<const Device>>;

const char* value_of(const KnownModule& module) {
  const char* const value = std::getenv(module.variable.c_str());
  return value && *value ? value : nullptr;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::string not_found(const KnownModule& module, const std::vector<std::string>& paths) {
  std::string text = "the module " + module.file + " is not installed: there is no ";
  for (std::size_t i = 0; i < paths.size(); ++i) text += (i == 0 ? "'" : " and no '") + paths[i] + "'";
  return text + (value_of(module) ? ", which " + module.variable + " names"
                                  : ", and " + module.variable + " is not set, which would name another place");
}

std::string hexadecimal(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(value));
  return text;
}

void require_same_version(const DeviceModule& module, const std::string& path) {
  if (module.library_version && std::strcmp(module.library_version, NBT_VERSION) == 0) return;
  throw Error(Status::device, "the module '" + path + "' was built with libnbt " +
                                  (module.library_version ? module.library_version : "of no version") +
                                  ", and this is libnbt " NBT_VERSION ": install the module that came with it");
}

void require_same_layout(const DeviceModule& module, const std::string& path) {
  if (module.layout == device_module_layout()) return;
  throw Error(Status::device, "the module '" + path +
                                  "' says libnbt " NBT_VERSION
                                  ", as this one is, but was built from "
                                  "other sources or by another compiler (its data layout is " +
                                  hexadecimal(module.layout) + ", not " + hexadecimal(device_module_layout()) +
                                  "): install the module that came with this libnbt");
}

const DeviceModule& open_module(const std::string& path) {
  const auto entry = reinterpret_cast<DeviceModuleEntry>(symbol_of_module(path, device_module_entry));
  const DeviceModule* const module = entry();
  if (!module) throw Error(Status::device, "the module '" + path + "' describes nothing: it is damaged");
  require_same_version(*module, path);
  require_same_layout(*module, path);
  if (!module->devices) throw Error(Status::device, "the module '" + path + "' has no list of devices: it is damaged");
  return *module;
}

Devices listed_by(const DeviceModule& module, const std::string& path) {
  try {
    Devices devices = module.devices();
    const bool complete = std::none_of(devices.begin(), devices.end(), [](const auto& device) { return !device; });
    if (!devices.empty() && complete) return devices;
  } catch (const std::exception& error) {
    throw Error(Status::device, "the module '" + path + "' cannot list its devices: " + error.what());
  } catch (...) {
    throw Error(Status::device,
                "the module '" + path + "' cannot list its devices, for a reason that it does not tell");
  }
  throw Error(Status::device, "the module '" + path + "' lists no devices: it is damaged");
}

}  // namespace

const std::vector<KnownModule>& known_modules() {
  static const std::vector<KnownModule> modules = [] {
    std::vector<KnownModule> known;
    if (modules_can_be_opened()) known.push_back({"cuda", module_file_name("nbt_cuda"), "NBT_CUDA_MODULE"});
    return known;
  }();
  return modules;
}

std::vector<std::string> paths_of(const KnownModule& module) {
  std::error_code ignored;
  // Absolute, so that the linker does not look for a bare name in places of its own.
  if (const char* const value = value_of(module)) return {std::filesystem::absolute(value, ignored).string()};
  const std::filesystem::path folder = folder_of_this_library();
  return {(folder / module.file).string(), (folder / "nbt" / module.file).string()};
}

std::vector<std::shared_ptr<const Device>> devices_of(const KnownModule& module,
                                                      const std::vector<std::string>& paths) {
  try {
    const auto path = std::find_if(paths.begin(), paths.end(), exists);
    if (path == paths.end()) throw Error(Status::device, not_found(module, paths));
    return listed_by(open_module(*path), *path);
  } catch (const Error& error) {
    return {std::make_shared<MissingDevice>(module.name, error.what())};
  }
}

}  // namespace nbt
