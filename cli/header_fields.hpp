// SMV header from the library's report.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace nbt::program {

// The reference's bytes with `as_nanobragg`, else the correct header.
std::string smv_header_of(const nlohmann::ordered_json& report, bool as_nanobragg);

}  // namespace nbt::program
