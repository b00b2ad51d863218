// What a device holds of a run of derivative images or normal equations from its first rows to its last.
#pragma once

#include <array>

#include "cuda/exact_sum_memory.hpp"
#include "cuda/frozen_plan.hpp"
#include "cuda/movement_factors.hpp"
#include "cuda/render_launch.hpp"
#include "cuda/slab_rows.hpp"
#include "device/device.hpp"

namespace nbt::cuda {

// What a request wants of its rows.
struct JacobianWishes {
  explicit JacobianWishes(const JacobianRequest& request)
      : movements(request.movements.size()),
        images(request.image != nullptr),
        components(request.sums == nullptr ? 0 : request.sums->count) {}

  std::size_t movements;
  bool images;             // on the host
  std::size_t components;  // of normal equations; 0: not wanted
};

// Upper bounds, whatever is wanted of so many movements.
struct JacobianSizes {
  JacobianSizes(const Plan& plan, std::size_t movements, std::int64_t memory_limit_bytes);

  SlabRows slab;
  std::int64_t sum_copies = 1;
  std::int64_t device_bytes = 0;
  std::int64_t pinned_bytes = 0;
};

// Rows on their way.
struct JacobianSlab {
  JacobianSlab(int device, std::int64_t the_pixels, const JacobianWishes& wishes);
  static constexpr std::int64_t bytes_each = 8;

  std::int64_t pixels;
  Stream stream;
  DeviceMemory values;
  DeviceMemory images;
  DeviceMemory slopes;  // dL/dvalue, then its derivative
  PinnedMemory landed;  // values, then images
  PinnedMemory leaving;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;  // 0: nothing is under way
};

struct JacobianState {
  JacobianState(const Plan& plan, int device, const RenderChoice& kernel_of_values, const JacobianRequest& request,
                const JacobianSizes& the_sizes);

  RenderChoice kernel;  // of values
  JacobianSizes sizes;
  JacobianWishes wishes;
  std::array<JacobianSlab, slabs_in_flight> slab;
  MovementFactors factors;
  ExactSumMemory sums;

  // Nothing may be under way.
  void read_sums(NormalSums& to);
};

}  // namespace nbt::cuda
