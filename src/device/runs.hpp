// Runs: a plan rendered into the caller's buffer, or chunk after chunk of rows. Orchestration only: what a pixel
// gets is decided by the plan and the device, so the way it is cut up cannot change a bit.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "device/device.hpp"

namespace nbt {

// Rows that are finished; `pixels` is valid during the call.
struct FinishedRows {
  std::int32_t panel = 0;
  PixelType type = PixelType::float32;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  std::int64_t fast_count = 0;
  std::int64_t row_stride = 0;
  const void* pixels = nullptr;
  double fraction_done = 0;  // of the run, these rows included
};

struct RunHooks {
  std::function<void(const FinishedRows&)> rows;       // in order; an exception stops the run
  std::function<void(double fraction_done)> progress;  // may be empty; an exception stops the run
  const std::atomic<bool>* cancel = nullptr;
};

// Throws Error(cancelled) when the caller has cancelled; null: it cannot.
void require_not_cancelled(const std::atomic<bool>* cancel);

// Where and how to render.
struct Renderer {
  const Plan& plan;
  const Device& device;
  RenderOptions options;
  PixelType type = PixelType::float32;
};

// All panels in order, at most rows_per_chunk (>= 1) rows at a time in a buffer of the run's own.
void run_chunked(const Renderer& renderer, std::int64_t rows_per_chunk, const RunHooks& hooks);

// One panel into `pixels`, whose rows are `row_stride` elements apart.
void run_whole(const Renderer& renderer, std::int32_t panel, void* pixels, std::int64_t row_stride,
               const RunHooks& hooks);

// One panel into memory of the device, where it stays: no rows come by.
void run_in_place(const Renderer& renderer, const InPlaceRequest& request, const RunHooks& hooks);

// Elements from the first to the last pixel of a panel. Throws Error(out_of_range) where that passes 64 bits.
std::int64_t elements_of_image(std::int64_t fast_count, std::int64_t slow_count, std::int64_t row_stride);

}  // namespace nbt
