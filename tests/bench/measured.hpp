// What the measuring programs share: a handle whose failures end the program, and the clock.
#pragma once

#include <nbt/nbt.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace nbt::bench {

inline void check(const nbt_simulation* simulation, nbt_status status) {
  if (status == NBT_OK) return;
  std::fprintf(stderr, "%s\n", nbt_last_error(simulation));
  std::exit(1);
}

inline void set(nbt_simulation* simulation, const char* name, const std::vector<double>& values) {
  check(simulation, nbt_set(simulation, name, values.data(), values.size()));
}

template <class Work>
double seconds_of(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// A square image and the buffer that it is rendered into.
struct Image {
  explicit Image(std::int64_t edge) : edge_pixels(edge), photons(static_cast<std::size_t>(edge * edge)) {}
  void render(nbt_simulation* simulation) {
    check(simulation, nbt_run(simulation, 0, NBT_FLOAT32, photons.data(), edge_pixels * edge_pixels, edge_pixels));
  }

  std::int64_t edge_pixels;
  std::vector<float> photons;
};

}  // namespace nbt::bench
