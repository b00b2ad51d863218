// The library's parameter table, looked up by name.
#pragma once

#include <nbt/nbt.h>

#include <string>

namespace nbt::refine {

// Throws Error(unknown_name).
nbt_parameter find_parameter(const std::string& name);

// Throws nbt::Error with the handle's message unless the call succeeded.
void check(nbt_status status, const nbt_simulation* simulation);

}  // namespace nbt::refine
