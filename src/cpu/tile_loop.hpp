// The loop over tiles, shared among threads.
#pragma once

#include "cpu/span_renderer.hpp"
#include "device/device.hpp"

namespace nbt {

// Threads that a request for `threads` means: itself, or OpenMP's own default for 0.
int thread_count(int threads);

// Renders the request. Throws Error(cancelled) when the caller's flag stopped it, and whatever a thread or the progress
// callback threw.
void render_tiles(const Plan& plan, const RenderRequest& request, const SpanRenderer& renderer, int threads,
                  const RunControl& control);

}  // namespace nbt
