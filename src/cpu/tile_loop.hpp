// The loop over tiles, shared among threads.
#pragma once

#include "cpu/span_renderer.hpp"
#include "device/device.hpp"

namespace nbt {

// Renders the request with so many threads (at least 1). Throws Error(cancelled) when the caller's flag stopped it, and
// whatever a thread or the progress callback threw.
void render_tiles(const Plan& plan, const RenderRequest& request, const SpanRenderer& renderer, int threads,
                  const RunControl& control);

}  // namespace nbt
