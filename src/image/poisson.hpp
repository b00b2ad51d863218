// Poisson deviates with the reference's arithmetic, float32 rounding included (files-and-cli.md 4.4).
#pragma once

#include <cstdint>

#include "model/random.hpp"

namespace nbt::image {

class PoissonGenerator {
 public:
  // `seed` as RandomGenerator wants it: an option value n is the seed -n, which starts afresh at the first draw.
  // A positive seed goes on with `generator` as its other users left it [Q35].
  explicit PoissonGenerator(std::int64_t seed, const RandomGenerator& generator = {})
      : generator_(generator), seed_(seed) {}

  // A whole number of photons, except for mean > 1e6, where it is a real one. `mean` >= 0.
  float draw(float mean);

 private:
  float draw_by_counting(float mean);
  float draw_by_rejection(float mean);
  float standard_normal();
  float uniform() { return generator_.uniform(seed_); }

  RandomGenerator generator_;
  std::int64_t seed_;
  bool has_spare_normal_ = false;
  float spare_normal_ = 0;
  // Constants of the last mean, kept because neighbouring pixels often have the same one.
  float cached_mean_ = -1;
  float root_of_twice_mean_ = 0;
  float log_mean_ = 0;
  float threshold_ = 0;  // exp(-mean) below 12, mean*ln(mean) - lgamma(mean + 1) above
};

}  // namespace nbt::image
