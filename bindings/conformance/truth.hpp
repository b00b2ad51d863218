// What a case of the suite must give, from sources that share no code with the library: the reference program's output
// in tests/golden, or the slow double-precision implementation in tests/oracle.
#pragma once

#include <nlohmann/json.hpp>

namespace nbt::suite {

// Keeps the order of keys, so that a rewritten suite differs only in figures.
using Json = nlohmann::ordered_json;

// Puts the figures into a case that says what is wanted of it. Cases without a source keep what they have.
void fill_figures(Json& suite_case);

}  // namespace nbt::suite
