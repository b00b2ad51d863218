// Numbers as text, independent of the locale. Every format reads and writes its numbers here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nbt::formats {

// The whole token as a finite number; a leading '+' is allowed. Nothing for text, "nan", "inf", or overflow.
std::optional<double> parse_real(std::string_view token);

// The whole token as an integer of this width; a leading '+' is allowed. "1.0" is not an integer.
std::optional<std::int32_t> parse_int32(std::string_view token);
std::optional<std::int64_t> parse_int64(std::string_view token);

// The longest number at the start of `rest`, after white space, taken off `rest`: what C's scanf reads. Nothing,
// and `rest` then without meaning, where there is none.
std::optional<double> scan_real(std::string_view& rest);
std::optional<std::int32_t> scan_int32(std::string_view& rest);

// As printf("%g").
std::string format_g(double value);

}  // namespace nbt::formats
