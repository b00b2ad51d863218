// Starts the rendering of rows, in launches that are not too long.
#pragma once

#include <algorithm>

#include "cuda/frozen_plan.hpp"
#include "cuda/render_launch.hpp"
#include "cuda/slab_rows.hpp"
#include "device/device.hpp"
#include "device/runs.hpp"

namespace nbt::cuda {

// Rows of one panel, to memory of the device's own: without gaps, float or double.
struct RowsToRender {
  std::int32_t panel = 0;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  bool in_double = false;
  void* pixels = nullptr;
};
void launch_rows(const Plan& plan, const FrozenPlan& frozen, const RenderChoice& choice, const RowsToRender& rows,
                 const RunControl& control, Stream& stream);

// Calls launch(first, count) for pieces of so many blocks of so many evaluations each, about `preferred` at a time.
// Waits for all but the last piece, so that not much is under way when the run is cancelled.
template <class Launch>
void launch_in_pieces(std::int64_t blocks, double evaluations_per_block, double preferred, const RunControl& control,
                      Stream& stream, const Launch& launch) {
  const std::int64_t per_launch = blocks_of_one_launch(evaluations_per_block, preferred);
  for (std::int64_t done = 0; done < blocks; done += per_launch) {
    require_not_cancelled(control.cancel);
    if (done > 0) stream.wait();
    launch(done, std::min(blocks - done, per_launch));
  }
}

// The same for tiles whose derivatives are pulled back (pull_tile.hpp).
double evaluations_per_pull_tile(const Plan& plan);
template <class Launch>
void launch_pull_in_pieces(const Plan& plan, std::int64_t blocks, const RunControl& control, Stream& stream,
                           const Launch& launch) {
  // Fewer than of an image: derivatives take some times longer.
  constexpr double preferred_evaluations = 5e8;
  launch_in_pieces(blocks, evaluations_per_pull_tile(plan), preferred_evaluations, control, stream, launch);
}

// After a failure: nothing may be under way when the memory of slabs goes. What fails here failed before.
template <class SlabList>
void settle(SlabList& slabs) noexcept {
  for (auto& slab : slabs) {
    try {
      slab.stream.wait();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the first failure is the one that is told
    }
  }
}

}  // namespace nbt::cuda
