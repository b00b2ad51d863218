// Structure factors as `single` takes them: a copy in float32, made once for as long as the amplitudes stay the same.
#pragma once

#include <memory>
#include <vector>

#include "model/structure_factors.hpp"

namespace nbt {

// Immutable, so that plans, clones and threads can share it.
struct FloatAmplitudes {
  SharedStructureFactors source;  // what was copied
  double default_F = 0;           // what the unit was made for
  // A power of two not below the largest |F| of source and default_F, so that squares of amplitudes neither overflow
  // nor vanish in float32.
  double unit = 1;
  // Over unit, in the order of source. What would be subnormal is 0: it is less than 1e-37 of the largest amplitude,
  // and some processors take a hundred times as long for it.
  std::vector<float> amplitudes;
};

using SharedFloatAmplitudes = std::shared_ptr<const FloatAmplitudes>;

// `kept` where it was made from the same amplitudes and default_F, else a new copy. `kept` may be null; when it does
// not fit it is let go before the copy is made.
SharedFloatAmplitudes float_amplitudes(const SharedStructureFactors& source, double default_F,
                                       SharedFloatAmplitudes kept);

}  // namespace nbt
