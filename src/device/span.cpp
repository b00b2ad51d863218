#include "device/span.hpp"

#include <algorithm>
#include <tuple>

namespace nbt {
namespace {

auto raster_key(std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  return std::tuple(panel, slow, fast);
}

bool is_first_sweep_pixel(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  const auto before = [](const FirstSweepPixel& a, const FirstSweepPixel& b) {
    return raster_key(a.panel, a.slow, a.fast) < raster_key(b.panel, b.slow, b.fast);
  };
  return std::binary_search(plan.first_sweep_pixels.begin(), plan.first_sweep_pixels.end(),
                            FirstSweepPixel{panel, slow, fast}, before);
}

const InterpolationLatch* latch_at(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  const auto& latch = plan.latch;
  if (!plan.scene.tricubic || !latch) return nullptr;
  return raster_key(panel, slow, fast) == raster_key(latch->panel, latch->slow, latch->fast) ? &*latch : nullptr;
}

// First pixel after `fast`, up to `end`, that has a rule of its own.
std::int64_t next_special(const Plan& plan, const Span& whole, std::int64_t fast, std::int64_t end) {
  std::int64_t next = end;
  const auto consider = [&](std::int32_t panel, std::int64_t slow, std::int64_t at) {
    if (panel == whole.panel && slow == whole.slow && at >= fast && at < next) next = at;
  };
  const auto row_begin = std::lower_bound(
      plan.first_sweep_pixels.begin(), plan.first_sweep_pixels.end(), std::pair(whole.panel, whole.slow),
      [](const FirstSweepPixel& p, const auto& row) { return std::pair(p.panel, p.slow) < row; });
  for (auto p = row_begin; p != plan.first_sweep_pixels.end() && p->panel == whole.panel && p->slow == whole.slow;
       ++p) {
    consider(p->panel, p->slow, p->fast);
  }
  if (plan.latch) consider(plan.latch->panel, plan.latch->slow, plan.latch->fast);
  return next;
}

}  // namespace

Lookup lookup_at(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  if (!plan.scene.structure_factor_sets.front()) return Lookup::constant;
  if (!plan.scene.tricubic) return Lookup::nearest;
  const auto& latch = plan.latch;
  const bool latched = latch && raster_key(panel, slow, fast) > raster_key(latch->panel, latch->slow, latch->fast);
  return latched ? Lookup::nearest : Lookup::tricubic;
}

SpanList split_by_rules(const Plan& plan, const Span& whole) {
  SpanList list;
  const std::int64_t end = whole.first_fast + whole.count;
  for (std::int64_t fast = whole.first_fast; fast < end;) {
    const std::int64_t special = next_special(plan, whole, fast, end);
    const std::int64_t stop = special == fast ? fast + 1 : special;
    Span span = whole;
    span.first_fast = fast;
    span.count = static_cast<int>(stop - fast);
    span.lookup = lookup_at(plan, whole.panel, whole.slow, fast);
    if (special == fast) {
      span.first_sweep = is_first_sweep_pixel(plan, whole.panel, whole.slow, fast);
      span.latch = latch_at(plan, whole.panel, whole.slow, fast);
    }
    list.spans.at(static_cast<std::size_t>(list.count++)) = span;
    fast = stop;
  }
  return list;
}

bool is_active(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  const Panel& p = plan.scene.panels[static_cast<std::size_t>(panel)];
  return p.region.contains(fast, slow) && (!plan.scene.mask || plan.scene.mask->at(slow, fast));
}

Span active_part(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t first, std::int64_t end) {
  while (first < end && !is_active(plan, panel, slow, first)) ++first;
  while (first < end && !is_active(plan, panel, slow, end - 1)) --end;
  Span span;
  span.panel = panel;
  span.slow = slow;
  span.first_fast = first;
  span.count = static_cast<int>(end - first);
  return span;
}

}  // namespace nbt
