#include "formats/pgm.hpp"

#include "formats/numbers.hpp"

namespace nbt::formats {

std::string pgm_header(std::int64_t fast_count, std::int64_t slow_count, double scale) {
  return "P5\n" + std::to_string(fast_count) + " " + std::to_string(slow_count) + "\n# pixels scaled by " +
         format_g(scale) + "\n255\n";
}

}  // namespace nbt::formats
