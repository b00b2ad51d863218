#pragma once

#include <sys/resource.h>

namespace nbt::program {

// Largest resident size of this process so far.
inline double peak_resident_bytes() {
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  constexpr double bytes_per_unit = 1;
#else
  constexpr double bytes_per_unit = 1024;
#endif
  return static_cast<double>(usage.ru_maxrss) * bytes_per_unit;
}

}  // namespace nbt::program
