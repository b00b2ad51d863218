// std::from_chars for double, also with standard libraries that lack it (libc++ before 20).
#pragma once

#include <charconv>

namespace nbt {

// The same result by strtod, for a process in the C locale, which WebAssembly always is.
std::from_chars_result read_real_by_strtod(const char* first, const char* last, double& value);

inline std::from_chars_result read_real(const char* first, const char* last, double& value) {
#ifdef __cpp_lib_to_chars
  return std::from_chars(first, last, value);
#else
  return read_real_by_strtod(first, last, value);
#endif
}

}  // namespace nbt
