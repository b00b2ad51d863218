#include "cuda/jacobian_state.hpp"

#include <algorithm>

#include "cuda/normal_tile.hpp"

namespace nbt::cuda {
namespace {

// Of a slab: pixels for all multiprocessors of a large card with a dozen images.
constexpr std::int64_t preferred_bytes = 16 * 1024 * 1024;

std::int64_t sum_count(std::size_t components) {
  return components == 0 ? 0 : normal_sum::count(static_cast<std::int64_t>(components));
}

}  // namespace

JacobianSizes::JacobianSizes(const Plan& plan, std::size_t movements, std::int64_t memory_limit_bytes) {
  const auto images = static_cast<std::int64_t>(movements) + 1;
  const std::int64_t sums = sum_count(movements + 1);
  sum_copies = ExactSumMemory::useful_copies(sums, memory_limit_bytes);
  const std::int64_t fixed =
      frozen_plan_bytes(plan) + MovementFactors::bytes(plan, movements) + ExactSumMemory::bytes(sums, sum_copies);
  const std::int64_t pixel_bytes = (images + 2) * JacobianSlab::bytes_each;  // slope and curvature, too
  std::optional<std::int64_t> most_bytes;
  if (memory_limit_bytes > 0) most_bytes = (memory_limit_bytes - fixed) / slabs_in_flight;
  slab = slab_rows(plan, pixel_bytes, most_bytes, preferred_bytes);
  device_bytes = fixed + slabs_in_flight * slab.pixels() * pixel_bytes;
  pinned_bytes = slabs_in_flight * slab.pixels() * std::max<std::int64_t>(images, 3) * JacobianSlab::bytes_each +
                 sums * static_cast<std::int64_t>(sizeof(double));
}

JacobianSlab::JacobianSlab(int device, std::int64_t the_pixels, const JacobianWishes& wishes)
    : pixels(the_pixels), stream(device) {
  const std::int64_t bytes = pixels * bytes_each;
  const auto movements = static_cast<std::int64_t>(wishes.movements);
  values = DeviceMemory(device, bytes);
  images = DeviceMemory(device, movements * bytes);
  landed = PinnedMemory(device, wishes.images ? (1 + movements) * bytes : bytes);
  if (wishes.components == 0) return;
  slopes = DeviceMemory(device, 2 * bytes);
  leaving = PinnedMemory(device, 2 * bytes);
}

JacobianState::JacobianState(const Plan& plan, int device, const RenderChoice& kernel_of_values,
                             const JacobianRequest& request, const JacobianSizes& the_sizes)
    : kernel(kernel_of_values),
      sizes(the_sizes),
      wishes(request),
      slab{JacobianSlab(device, sizes.slab.pixels(), wishes), JacobianSlab(device, sizes.slab.pixels(), wishes)},
      factors(plan, request.movements, slab[0].stream),
      sums(sum_count(wishes.components), sizes.sum_copies, slab[0].stream) {}

void JacobianState::read_sums(NormalSums& to) {
  const std::vector<double> values = sums.read(slab[0].stream);
  const std::size_t count = to.count;
  std::size_t next = count;
  for (std::size_t p = 0; p < count; ++p) {
    to.gradient[p] += values[p];
    for (std::size_t q = p; q < count; ++q) to.matrix[p * count + q] += values[next++];
  }
}

}  // namespace nbt::cuda
