#include "device/module_file.hpp"

#include <filesystem>
#include <system_error>

#include "model/error.hpp"

#if !defined(_WIN32) && !defined(__EMSCRIPTEN__)
#include <dlfcn.h>
#define NBT_HAS_DLOPEN 1
#endif

namespace nbt {

#ifdef NBT_HAS_DLOPEN

namespace {

const char here = 0;

// A program that was found through PATH is known to the linker by its bare name; Linux knows the file. Links are
// followed, so that modules lie beside the file itself.
std::filesystem::path resolved(const std::filesystem::path& file) {
  std::error_code ignored;
  const std::filesystem::path named = file.has_parent_path() ? file : "/proc/self/exe";
  const std::filesystem::path found = std::filesystem::canonical(named, ignored);
  return ignored ? named : found;
}

}  // namespace

bool modules_can_be_opened() {
  return true;
}

std::string folder_of_this_library() {
  Dl_info info{};
  if (dladdr(&here, &info) == 0 || !info.dli_fname) return "";
  return resolved(info.dli_fname).parent_path().string();
}

std::string module_file_name(const std::string& name) {
#ifdef __APPLE__
  return "lib" + name + ".dylib";
#else
  return "lib" + name + ".so";
#endif
}

void* symbol_of_module(const std::string& path, const char* symbol) {
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) {
    const char* const why = dlerror();
    throw Error(Status::device, "the module '" + path + "' cannot be opened: " + (why ? why : "no reason is known"));
  }
  void* const address = dlsym(library, symbol);
  if (address) return address;
  throw Error(Status::device, "the module '" + path + "' has no function " + symbol +
                                  ": it is no module of devices, or one for a libnbt with another module interface");
}

#else

bool modules_can_be_opened() {
  return false;
}

std::string folder_of_this_library() {
  return "";
}

std::string module_file_name(const std::string& name) {
  return name;
}

void* symbol_of_module(const std::string& path, const char*) {
  throw Error(Status::unsupported, "the module '" + path + "' cannot be opened: this system has no modules");
}

#endif

}  // namespace nbt
