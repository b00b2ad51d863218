// The one part of the loader that talks to the system's linker.
#pragma once

#include <string>

namespace nbt {

// False where libnbt opens no modules: on systems without dlopen.
bool modules_can_be_opened();

// Of the library or program that this code is in; empty when the system does not tell.
std::string folder_of_this_library();

// "lib" + name + what the system appends to a library.
std::string module_file_name(const std::string& name);

// Opens the file, for good, and returns the address of the symbol. Throws Error(device) that names what is missing.
void* symbol_of_module(const std::string& path, const char* symbol);

}  // namespace nbt
