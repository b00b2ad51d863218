#include "plan/interpolation_latch.hpp"

#include <cmath>

#include "plan/evaluation_point.hpp"

namespace nbt {
namespace {

double along(const double (&v)[3], const Vector3& q) {
  return v[0] * q.x + v[1] * q.y + v[2] * q.z;
}

double from_nearest(double index) {
  return index - std::ceil(index - 0.5);
}

// Terms whose lattice factor is exactly 0 are skipped before the structure factor is looked up, unless there is
// water (physics.md 9). Only tophat and the far tail of gauss are exactly 0 (physics.md 10).
bool looks_up(const Scene& scene, double h, double k, double l) {
  const Crystal& crystal = scene.crystal;
  const bool has_edge = crystal.shape == Shape::tophat || crystal.shape == Shape::gauss;
  if (!has_edge || scene.water_m != 0) return true;
  const double n[3] = {static_cast<double>(crystal.cells[0]), static_cast<double>(crystal.cells[1]),
                       static_cast<double>(crystal.cells[2])};
  const double d[3] = {from_nearest(h), from_nearest(k), from_nearest(l)};
  double r = 0;
  if (crystal.spot_metric_cells) {
    for (int i = 0; i < 3; ++i) r += n[i] * d[i] * n[i] * d[i];
  } else {
    const Vector3 off = d[0] * crystal.a_star_per_A + d[1] * crystal.b_star_per_A + d[2] * crystal.c_star_per_A;
    const double volume = n[0] * n[1] * n[2];
    r = dot(off, off) * volume * volume;
  }
  return crystal.shape == Shape::tophat ? r * crystal.fudge < 0.3969 : std::exp(-(r / 0.63 * crystal.fudge)) != 0;
}

// Physics.md 11: the four nodes around a real index lie inside the range.
bool inside(double index, const IndexRange& range) {
  return index <= static_cast<double>(range.last) - 2 && index >= static_cast<double>(range.first) + 2;
}

bool latches(const Scene& scene, const Orientation& o, const Vector3& q, const StructureFactors& set) {
  const double h = along(o.a, q), k = along(o.b, q), l = along(o.c, q);
  const bool in_range = inside(h, set.range[0]) && inside(k, set.range[1]) && inside(l, set.range[2]);
  return !in_range && looks_up(scene, h, k, l);
}

// Index of the first orientation of a sweep that leaves the list; -1 for none.
std::int64_t first_outside(const Scene& scene, const std::vector<Orientation>& orientations, const Vector3& q) {
  const StructureFactors& set = *scene.structure_factor_sets.front();
  for (std::size_t i = 0; i < orientations.size(); ++i) {
    if (latches(scene, orientations[i], q, set)) return static_cast<std::int64_t>(i);
  }
  return -1;
}

bool is_first_sweep_pixel(const Plan& plan, std::int64_t slow, std::int64_t fast) {
  for (const FirstSweepPixel& p : plan.first_sweep_pixels) {
    if (p.slow == slow && p.fast == fast) return true;
  }
  return false;
}

std::optional<InterpolationLatch> latch_in_pixel(const Plan& plan, const Panel& panel, std::int64_t slow,
                                                 std::int64_t fast) {
  std::optional<InterpolationLatch> latch;
  bool first = is_first_sweep_pixel(plan, slow, fast);
  any_sweep(plan, panel, slow, fast, [&](const SubPixel& at, std::size_t source, std::int64_t sweep) {
    const Vector3 position = position_m(panel, plan.scene.beam_direction, plan.scene.oversample, at);
    const Vector3 q = scattering_vector_per_m(position, plan.sources[source]);
    if (beyond_dmin(q, plan.scene.dmin_m)) return false;
    const std::int64_t orientation = first_outside(plan.scene, first ? plan.first_sweep : plan.orientations, q);
    first = false;
    if (orientation < 0) return false;
    latch = InterpolationLatch{0, slow, fast, sweep, orientation};
    return true;
  });
  return latch;
}

}  // namespace

std::optional<InterpolationLatch> find_interpolation_latch(const Plan& plan) {
  const Panel& panel = plan.scene.panels.front();
  std::optional<InterpolationLatch> latch;
  any_rendered_pixel(plan.scene, panel, 0, panel.slow_count - 1, [&](std::int64_t slow, std::int64_t fast) {
    latch = latch_in_pixel(plan, panel, slow, fast);
    return latch.has_value();
  });
  return latch;
}

}  // namespace nbt
