// Tiles and spans: how the detector is cut for rendering.
//
// A tile is up to tile_pixels pixels of one row on a grid that is fixed to the detector. A span is the part of a tile
// that follows one rule; the two rules that name single pixels of the image as configured (C-PARITY-001 and the
// interpolation latch) cut one-pixel spans out.
#pragma once

#include <array>
#include <cstdint>

#include "plan/plan.hpp"

namespace nbt {

inline constexpr int tile_pixels = 256;

enum class Lookup { constant, nearest, tricubic };

struct Span {
  std::int32_t panel = 0;
  std::int64_t slow = 0;
  std::int64_t first_fast = 0;
  int count = 0;
  bool first_sweep = false;                   // one pixel: its first executed sweep uses Plan::first_sweep
  Lookup lookup = Lookup::constant;           // until the latch, if there is one
  const InterpolationLatch* latch = nullptr;  // one pixel: lookups are nearest from there on
};

// At most one pixel of a row begins a thread's sweeps and one holds the latch, so a row's part has few spans.
struct SpanList {
  std::array<Span, 5> spans;
  int count = 0;

  const Span* begin() const { return spans.data(); }
  const Span* end() const { return spans.data() + count; }
};

// `whole`: a run of pixels of one tile, without rules.
SpanList split_by_rules(const Plan& plan, const Span& whole);

// How a pixel that is not the latch's own looks structure factors up.
Lookup lookup_at(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast);

// True when the pixel is to be rendered: inside the region and not masked.
bool is_active(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast);

// A tile from its first to its last active pixel; empty when there is none.
Span active_part(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t first, std::int64_t end);

}  // namespace nbt
