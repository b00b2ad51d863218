#include "cuda/row_launch.hpp"

#include "cuda/tile_walk.hpp"

namespace nbt::cuda {
namespace {

// Of one launch: some hundredths of a second on a fast card, so that a run can be cancelled, and much more than a
// launch costs.
constexpr double preferred_evaluations = 4e9;

}  // namespace

void launch_rows(const Plan& plan, const FrozenPlan& frozen, const RenderChoice& choice, const RowsToRender& rows,
                 const RunControl& control, Stream& stream) {
  const FrozenScene& scene = frozen.scene(rows.panel);
  const std::int64_t tiles_per_row = tiles_of_row(scene.panel.fast_count, tile_pixels);
  const double per_block = static_cast<double>(evaluations_per_pixel(plan)) * tile_pixels;
  RenderTask task;
  task.first_row = rows.first_row;
  task.in_double = rows.in_double;
  task.pixels = rows.pixels;
  task.row_stride = rows.row_stride > 0 ? rows.row_stride : scene.panel.fast_count;
  const auto launch = [&](std::int64_t before, std::int64_t blocks) {
    launch_in_pieces(blocks, per_block, preferred_evaluations, control, stream,
                     [&](std::int64_t first, std::int64_t count) {
                       task.first_tile = before + first;
                       launch_render(choice, scene, task, count, stream);
                     });
  };
  launch(0, rows.row_count * tiles_per_row);
  const FrozenPlan::Range special = frozen.special_pixels(rows.panel, rows.first_row, rows.row_count);
  task.special = true;
  launch(special.first, special.count);
}

}  // namespace nbt::cuda
