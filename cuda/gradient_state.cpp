#include "cuda/gradient_state.hpp"

#include "cuda/adjoint_of_sums.hpp"

namespace nbt::cuda {

SumCounts::SumCounts(const Plan& plan, bool with_amplitudes, std::int64_t memory_limit_bytes) {
  const auto size = [](const auto& table) { return static_cast<std::int64_t>(table.size()); };
  first_orientation = source_sum::place(size(plan.sources));
  first_of_first_sweep = first_orientation + size(plan.orientations) * orientation_sums;
  per_copy = first_of_first_sweep + size(plan.first_sweep) * orientation_sums;
  copies = ExactSumMemory::useful_copies(per_copy, memory_limit_bytes);
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  if (with_amplitudes && set) amplitudes = size(set->amplitudes);
}

std::int64_t SumCounts::bytes() const {
  return ExactSumMemory::bytes(per_copy, copies) + ExactSumMemory::bytes(amplitudes, 1);
}

GradientSums SumMemory::sums() const {
  GradientSums sums;
  sums.copies = shared_.get();
  sums.copy_count = counts_.copies;
  sums.sums_per_copy = counts_.per_copy;
  sums.first_orientation = counts_.first_orientation;
  sums.first_of_first_sweep = counts_.first_of_first_sweep;
  if (counts_.amplitudes > 0) sums.amplitudes = amplitudes_.get();
  return sums;
}

void SumMemory::read(const Plan& plan, Stream& stream, PlanAdjoint& to) const {
  const std::vector<double> values = shared_.read(stream);
  add_shared(plan, plan.scene.panels.front(), values.data(), to.shared);
  for (std::size_t s = 0; s < to.sources.size(); ++s) {
    add_source(values.data() + source_sum::place(static_cast<std::int64_t>(s)), plan.sources[s].weight, to.sources[s]);
  }
  add_orientations(values.data() + counts_.first_orientation, to.orientations);
  add_orientations(values.data() + counts_.first_of_first_sweep, to.first_sweep);
  const std::vector<double> amplitudes = amplitudes_.read(stream);
  for (std::size_t i = 0; i < amplitudes.size(); ++i) to.amplitudes[i] += amplitudes[i];
}

GradientSizes::GradientSizes(const Plan& plan, bool amplitudes, std::int64_t memory_limit_bytes)
    : counts(plan, amplitudes, memory_limit_bytes) {
  specials = static_cast<std::int64_t>(plan.first_sweep_pixels.size()) + (plan.latch ? 1 : 0);
  const std::int64_t fixed =
      frozen_plan_bytes(plan) + counts.bytes() + slabs_in_flight * specials * GradientSlab::bytes_each;
  constexpr std::int64_t halves = 2 * slabs_in_flight;  // values and slopes of each
  std::optional<std::int64_t> most_bytes;
  if (memory_limit_bytes > 0) most_bytes = (memory_limit_bytes - fixed) / halves;
  slab = slab_rows(plan, GradientSlab::bytes_each, most_bytes);
  device_bytes = fixed + halves * slab.pixels() * GradientSlab::bytes_each;
  pinned_bytes = (halves * slab.pixels() + slabs_in_flight * specials) * GradientSlab::bytes_each +
                 (counts.per_copy + counts.amplitudes) * static_cast<std::int64_t>(sizeof(double));
}

}  // namespace nbt::cuda
