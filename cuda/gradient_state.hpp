// What a device holds of a gradient run from its first rows to its last: the sums, and what rows pass through.
#pragma once

#include <array>

#include "cuda/exact_sum_memory.hpp"
#include "cuda/frozen_plan.hpp"
#include "cuda/gradient_sums.hpp"
#include "cuda/render_launch.hpp"
#include "cuda/slab_rows.hpp"
#include "device/device.hpp"

namespace nbt::cuda {

// How many sums there are. There are fewer copies where memory is limited; bits do not depend on it.
struct SumCounts {
  SumCounts(const Plan& plan, bool amplitudes, std::int64_t memory_limit_bytes);

  std::int64_t first_orientation = 0;
  std::int64_t first_of_first_sweep = 0;
  std::int64_t per_copy = 0;
  std::int64_t copies = 1;
  std::int64_t amplitudes = 0;

  std::int64_t bytes() const;
};

// The exact sums in a device's memory.
class SumMemory {
 public:
  SumMemory(const SumCounts& counts, Stream& stream)
      : counts_(counts), shared_(counts.per_copy, counts.copies, stream), amplitudes_(counts.amplitudes, 1, stream) {}

  GradientSums sums() const;
  // As of ExactSumMemory; an evaluation adds to a sum once at most.
  template <class Wait>
  void make_room(double evaluations, Stream& stream, const Wait& wait) {
    shared_.make_room(evaluations, stream, wait);
    amplitudes_.make_room(evaluations, stream, wait);
  }
  // Adds them to `to`. Nothing may be under way.
  void read(const Plan& plan, Stream& stream, PlanAdjoint& to) const;

 private:
  SumCounts counts_;
  ExactSumMemory shared_;
  ExactSumMemory amplitudes_;
};

// Rows on their way: values to the host, dL/dvalue back.
struct GradientSlab {
  GradientSlab(int device, std::int64_t pixels, std::int64_t specials)
      : stream(device),
        values(device, pixels * bytes_each),
        slopes(device, (pixels + specials) * bytes_each),
        landed(device, pixels * bytes_each),
        leaving(device, (pixels + specials) * bytes_each) {}
  static constexpr std::int64_t bytes_each = 8;

  Stream stream;
  DeviceMemory values;
  DeviceMemory slopes;  // behind those of the rows those of special pixels
  PinnedMemory landed;
  PinnedMemory leaving;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;  // 0: nothing is under way
};

// Of the slabs, and what all of it takes.
struct GradientSizes {
  GradientSizes(const Plan& plan, bool amplitudes, std::int64_t memory_limit_bytes);

  SumCounts counts;
  SlabRows slab;
  std::int64_t specials = 0;  // special pixels at most
  std::int64_t device_bytes = 0;
  std::int64_t pinned_bytes = 0;
};

struct GradientState {
  GradientState(int device, const RenderChoice& kernel_of_values, const GradientSizes& the_sizes)
      : kernel(kernel_of_values),
        sizes(the_sizes),
        slab{GradientSlab(device, sizes.slab.pixels(), sizes.specials),
             GradientSlab(device, sizes.slab.pixels(), sizes.specials)},
        sums(sizes.counts, slab[0].stream) {}

  RenderChoice kernel;  // of values
  GradientSizes sizes;
  std::array<GradientSlab, slabs_in_flight> slab;
  SumMemory sums;
};

}  // namespace nbt::cuda
