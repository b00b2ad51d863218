// Pixels in which a thread of the reference executes its very first sweep over phi (C-PARITY-001).
#pragma once

#include <vector>

#include "plan/plan.hpp"

namespace nbt {

// At most one per imitated thread: the first pixel of each block of rows that is rendered and has a source that
// the resolution limit does not cut off. Blocks are counted over all detector rows, as the GNU OpenMP runtime
// splits them: with S rows and T threads the first S mod T blocks have one row more than the others.
std::vector<FirstSweepPixel> find_first_sweep_pixels(const Plan& plan);

}  // namespace nbt
