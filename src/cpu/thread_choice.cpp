#include "cpu/thread_choice.hpp"

#include <algorithm>

#include "cpu/parallel_loop.hpp"

namespace nbt {
namespace {

// Work that a thread must have to be worth starting: waking one takes a few microseconds when it has just finished
// another chunk, and a few hundred when it is created or has gone to sleep, as at the start of a run.
constexpr double least_nanoseconds_of_chunk = 20e3;
constexpr double least_nanoseconds_of_panel = 200e3;

// Measured with AVX-512; slower instruction sets only make threads worth while earlier.
constexpr double nanoseconds_per_blank_pixel = 0.2;
constexpr double nanoseconds_per_sweep = 5;  // a sub-pixel in a layer, seen from a source

double nanoseconds_per_evaluation(Precision precision) {
  switch (precision) {
    case Precision::exact:
      return 100;
    case Precision::double_:
      return 3;
    default:
      return 1.5;
  }
}

double active_pixels(const Panel& panel, const RowRange& rows) {
  const Region inside = clipped(panel.region, panel.fast_count, panel.slow_count);
  const std::int64_t first = std::max(inside.slow_first, rows.first_row);
  const std::int64_t last = std::min(inside.slow_last, rows.first_row + rows.row_count - 1);
  if (first > last || inside.fast_first > inside.fast_last) return 0;
  return static_cast<double>(last - first + 1) * static_cast<double>(inside.fast_last - inside.fast_first + 1);
}

// Threads that each have at least so much to do, one at least.
int threads_that_pay(double nanoseconds, double least_nanoseconds, int limit) {
  return static_cast<int>(std::clamp(nanoseconds / least_nanoseconds, 1.0, static_cast<double>(limit)));
}

}  // namespace

double estimated_nanoseconds(const Plan& plan, const RowRange& rows) {
  const Panel& panel = plan.scene.panels[static_cast<std::size_t>(rows.panel)];
  const double orientations = static_cast<double>(plan.domain_count) * static_cast<double>(plan.phi_count);
  const double sweeps = static_cast<double>(plan.steps) / orientations * panel.layers;
  const double per_pixel =
      sweeps * (nanoseconds_per_sweep + orientations * nanoseconds_per_evaluation(plan.scene.precision));
  return static_cast<double>(rows.row_count) * static_cast<double>(panel.fast_count) * nanoseconds_per_blank_pixel +
         active_pixels(panel, rows) * per_pixel;
}

int thread_limit(int threads) {
  if (!has_threads()) return 1;
  return std::clamp(threads > 0 ? threads : default_thread_count(), 1, most_threads);
}

int thread_count(const Plan& plan, const RowRange& rows, int limit) {
  return threads_that_pay(estimated_nanoseconds(plan, rows), least_nanoseconds_of_chunk,
                          thread_count(plan, rows.panel, limit));
}

int thread_count(const Plan& plan, std::int32_t panel, int limit) {
  const RowRange all{panel, 0, plan.scene.panels[static_cast<std::size_t>(panel)].slow_count};
  return threads_that_pay(estimated_nanoseconds(plan, all), least_nanoseconds_of_panel, limit);
}

}  // namespace nbt
