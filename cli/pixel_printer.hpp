// -printout and -printout_pixel: values as they are rendered.
#pragma once

#include <cstdint>
#include <optional>

#include "console.hpp"
#include "simulation.hpp"

namespace nbt::program {

class PixelPrinter {
 public:
  PixelPrinter(const Simulation& simulation, const Console& console);
  void print(const nbt_rows& rows) const;

 private:
  void print_row(std::int64_t slow, const float* photons, std::int64_t fast_count) const;

  struct Pixel {
    std::int64_t fast;
    std::int64_t slow;
  };
  const Console& console_;
  bool prints_ = false;
  std::optional<Pixel> only_;
};

}  // namespace nbt::program
