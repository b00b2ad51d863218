#include "sampling.hpp"

#include <algorithm>
#include <cmath>

namespace nbt::oracle {
namespace {

int steps_in(double range, double step) {
  return static_cast<int>(std::ceil(range / step));
}

Grid single_if_empty(const Grid& grid) {
  return grid.range <= 0.0 || grid.step <= 0.0 || grid.count <= 0 ? Grid{} : grid;
}

Grid without_count(double range, double step) {
  if (range < 0.0 && step <= 0.0) return {};
  if (range < 0.0) return {2, step, step};
  if (step <= 0.0) return {2, range, range};
  return {steps_in(range, step), range, step};
}

Grid with_count(int count, double range, double step) {
  if (range < 0.0 && step <= 0.0) return {count, 1.0, 1.0 / count};
  if (range < 0.0) return {2, step, step};
  if (step <= 0.0) {
    const int n = std::max(count, 2);
    return {n, range, range / (n - 1)};
  }
  return {count, range, step};
}

}  // namespace

Grid resolve_divergence(Scan scan, const Semantics& semantics) {
  const bool count_only = scan.count > 0 && scan.range < 0.0 && scan.step <= 0.0;
  if (count_only && semantics.div_count_only) return {};
  return single_if_empty(scan.count <= 0 ? without_count(scan.range, scan.step)
                                         : with_count(scan.count, scan.range, scan.step));
}

Grid resolve_dispersion(Scan scan, const Semantics& semantics) {
  if (semantics.disp_count_only && scan.count > 0 && scan.range == 0.0) scan.range = -1.0;
  return single_if_empty(scan.count <= 0 ? without_count(scan.range, scan.step)
                                         : with_count(scan.count, scan.range, scan.step));
}

Grid with_moving_range(const Grid& resolved, const Scan& scan, const Dual& motion) {
  if (resolved.count == 1 && resolved.range == 0.0) return resolved;
  Grid grid = resolved;
  grid.range += motion;
  if (scan.step <= 0.0) grid.step += motion * (resolved.step / resolved.range);
  return grid;
}

Grid resolve_phi(Scan scan, const Semantics& semantics) {
  const bool has_range = scan.range >= 0.0;
  if (scan.count < 0) {
    if (!has_range && scan.step <= 0.0) return {};
    if (!has_range) return {2, scan.step, scan.step};
    if (scan.step <= 0.0) return {2, scan.range, scan.range / 2.0};
    return {std::max(steps_in(scan.range, scan.step), 1), scan.range, scan.step};
  }
  const int count = std::max(scan.count, 1);
  const double one_degree = 1.0 / degrees_per_radian();
  if (!has_range && scan.step <= 0.0) return {count, one_degree, one_degree / count};
  if (!has_range) {
    return semantics.phi_step_count ? Grid{count, scan.step * count, scan.step} : Grid{2, scan.step, scan.step};
  }
  return {count, scan.range, scan.step < 0.0 ? scan.range / count : scan.step};
}

Grid resolve_layers(double thickness, int count, const Semantics& semantics) {
  Grid layers{2, thickness, thickness / 2.0};
  if (count > 0) {
    const int wide = std::max(count, 2);
    layers = semantics.wide_layer_pitch ? Grid{wide, thickness, thickness / (wide - 1)}
                                        : Grid{count, thickness, thickness / count};
  }
  return single_if_empty(layers);
}

Grid resolve_mosaic(double spread, int domains) {
  if (spread <= 0.0) return {};
  if (domains <= 0) return {10, spread, 0.0};
  return {domains, spread, 0.0};
}

}  // namespace nbt::oracle
