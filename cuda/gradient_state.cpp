#include "cuda/gradient_state.hpp"

#include <algorithm>

#include "cuda/pull_launch.hpp"
#include "plan/panel_adjoint.hpp"

namespace nbt::cuda {
namespace {

constexpr auto exact_bytes = static_cast<std::int64_t>(sizeof(ExactSum));

// Copies of the sums that all blocks add to, where they are few.
std::int64_t copies_of(std::int64_t sums, std::int64_t memory_limit_bytes) {
  constexpr std::int64_t enough = 4096, most = 32;
  std::int64_t copies = std::min(enough / sums, most);
  if (memory_limit_bytes > 0) copies = std::min(copies, memory_limit_bytes / 4 / (sums * exact_bytes));
  return std::max<std::int64_t>(copies, 1);
}

Vector3 vector_at(const double* values) {
  return {values[0], values[1], values[2]};
}

void add_shared(const Plan& plan, const double* values, SharedAdjoint& to) {
  const Panel& panel = plan.scene.panels.front();
  const auto vector = [&](int place) { return vector_at(values + place); };
  pull_positions(panel,
                 {vector(shared_sum::position), vector(shared_sum::along_fast), vector(shared_sum::along_slow),
                  vector(shared_sum::along_layers)},
                 to);
  pull_pixel_area(panel, values[shared_sum::log_solid_angle], to);
  if (panel.curved) {
    CurvatureSums curvature;
    curvature.axis1 = vector(shared_sum::axis1);
    curvature.axis2 = vector(shared_sum::axis2);
    curvature.straight = vector(shared_sum::straight);
    curvature.angle1 = values[shared_sum::angle1];
    curvature.angle2 = values[shared_sum::angle2];
    curvature.arcs_m = values[shared_sum::arcs];
    curvature.turned = values[shared_sum::turned];
    pull_curvature(panel, plan.scene.beam_direction, curvature, to);
  }
  add_to(to.normal, vector(shared_sum::normal));
  to.absorption += values[shared_sum::absorption];
  to.polarization_factor += values[shared_sum::kahn];
  to.scale += values[shared_sum::scale];
  to.background += values[shared_sum::background];
  to.log_terms += values[shared_sum::log_terms];
  to.log_default += values[shared_sum::log_default];
  for (int k = 0; k < 6; ++k) to.shape[k] += values[shared_sum::shape + k];
}

void add_source(const double* values, double weight, SourceAdjoint& to) {
  add_to(to.incident, vector_at(values + source_sum::incident));
  add_to(to.magnetic, vector_at(values + source_sum::magnetic));
  to.wavelength_m += values[source_sum::wavelength];
  if (weight != 0) to.weight += values[source_sum::log_weight] / weight;
}

void add_orientations(const double* values, std::vector<Orientation>& to) {
  for (Orientation& o : to) {
    add_to(o.a, vector_at(values));
    add_to(o.b, vector_at(values + 3));
    add_to(o.c, vector_at(values + 6));
    values += orientation_sums;
  }
}

}  // namespace

SumCounts::SumCounts(const Plan& plan, bool with_amplitudes, std::int64_t memory_limit_bytes) {
  const auto size = [](const auto& table) { return static_cast<std::int64_t>(table.size()); };
  first_source = shared_sum::count;
  first_orientation = first_source + size(plan.sources) * source_sum::count;
  first_of_first_sweep = first_orientation + size(plan.orientations) * orientation_sums;
  per_copy = first_of_first_sweep + size(plan.first_sweep) * orientation_sums;
  copies = copies_of(per_copy, memory_limit_bytes);
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  if (with_amplitudes && set) amplitudes = size(set->amplitudes);
}

SumMemory::SumMemory(const SumCounts& counts, Stream& stream)
    : counts_(counts),
      exact_(stream.device(), counts_.exact() * exact_bytes),
      values_(stream.device(), counts_.values() * static_cast<std::int64_t>(sizeof(double))) {
  stream.clear(exact_.get(), exact_.bytes());
  stream.wait();
}

GradientSums SumMemory::sums() const {
  GradientSums sums;
  sums.copies = first();
  sums.copy_count = counts_.copies;
  sums.sums_per_copy = counts_.per_copy;
  sums.first_source = counts_.first_source;
  sums.first_orientation = counts_.first_orientation;
  sums.first_of_first_sweep = counts_.first_of_first_sweep;
  if (counts_.amplitudes > 0) sums.amplitudes = first() + counts_.copies * counts_.per_copy;
  return sums;
}

void SumMemory::settle(Stream& stream) {
  launch_settle(first(), counts_.exact(), stream);
  stream.wait();
}

void SumMemory::read(const Plan& plan, Stream& stream, PlanAdjoint& to) const {
  auto* values_there = static_cast<double*>(values_.get());
  launch_read(first(), counts_.per_copy, counts_.copies, values_there, stream);
  launch_read(first() + counts_.copies * counts_.per_copy, counts_.amplitudes, 1, values_there + counts_.per_copy,
              stream);
  std::vector<double> values(static_cast<std::size_t>(counts_.values()));
  stream.copy_to_host(values.data(), values_there, values_.bytes());
  stream.wait();
  add_shared(plan, values.data(), to.shared);
  for (std::size_t s = 0; s < to.sources.size(); ++s) {
    add_source(values.data() + counts_.first_source + static_cast<std::int64_t>(s) * source_sum::count,
               plan.sources[s].weight, to.sources[s]);
  }
  add_orientations(values.data() + counts_.first_orientation, to.orientations);
  add_orientations(values.data() + counts_.first_of_first_sweep, to.first_sweep);
  for (std::size_t i = 0; i < static_cast<std::size_t>(counts_.amplitudes); ++i) {
    to.amplitudes[i] += values[static_cast<std::size_t>(counts_.per_copy) + i];
  }
}

GradientSizes::GradientSizes(const Plan& plan, bool amplitudes, std::int64_t memory_limit_bytes)
    : counts(plan, amplitudes, memory_limit_bytes) {
  specials = static_cast<std::int64_t>(plan.first_sweep_pixels.size()) + (plan.latch ? 1 : 0);
  const std::int64_t sums = counts.exact() * exact_bytes + counts.values() * static_cast<std::int64_t>(sizeof(double));
  const std::int64_t fixed = frozen_plan_bytes(plan) + sums + slabs_in_flight * specials * GradientSlab::bytes_each;
  constexpr std::int64_t halves = 2 * slabs_in_flight;  // values and slopes of each
  std::optional<std::int64_t> most_bytes;
  if (memory_limit_bytes > 0) most_bytes = (memory_limit_bytes - fixed) / halves;
  slab = slab_rows(plan, GradientSlab::bytes_each, most_bytes);
  device_bytes = fixed + halves * slab.pixels() * GradientSlab::bytes_each;
  pinned_bytes = (halves * slab.pixels() + slabs_in_flight * specials) * GradientSlab::bytes_each +
                 counts.values() * static_cast<std::int64_t>(sizeof(double));
}

}  // namespace nbt::cuda
