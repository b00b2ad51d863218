#include "plan/first_sweep.hpp"

#include <algorithm>

#include "plan/evaluation_point.hpp"

namespace nbt {
namespace {

bool executes_a_sweep(const Plan& plan, const Panel& panel, std::int64_t slow, std::int64_t fast) {
  if (plan.scene.dmin_m <= 0) return true;
  return any_sweep(plan, panel, slow, fast, [&](const SubPixel& at, std::size_t source, std::int64_t) {
    const Vector3 position = position_m(panel, plan.scene.beam_direction, plan.scene.oversample, at);
    return !beyond_dmin(scattering_vector_per_m(position, plan.sources[source]), plan.scene.dmin_m);
  });
}

}  // namespace

std::vector<FirstSweepPixel> find_first_sweep_pixels(const Plan& plan) {
  const Panel& panel = plan.scene.panels.front();
  const std::int64_t threads = std::min(plan.scene.carryover_threads, panel.slow_count);
  const std::int64_t rows = panel.slow_count / threads;
  const std::int64_t longer_blocks = panel.slow_count % threads;
  std::vector<FirstSweepPixel> pixels;
  std::int64_t first_row = 0;
  for (std::int64_t thread = 0; thread < threads; ++thread) {
    const std::int64_t count = rows + (thread < longer_blocks ? 1 : 0);
    any_rendered_pixel(plan.scene, panel, first_row, first_row + count - 1, [&](std::int64_t slow, std::int64_t fast) {
      if (!executes_a_sweep(plan, panel, slow, fast)) return false;
      pixels.push_back({0, slow, fast});
      return true;
    });
    first_row += count;
  }
  return pixels;
}

}  // namespace nbt
