#include "cuda/row_launch.hpp"

#include "cuda/pull_pixel.hpp"
#include "cuda/slab_rows.hpp"

namespace nbt::cuda {

void launch_rows(const Plan& plan, const FrozenPlan& frozen, const RenderChoice& choice, const RowsToRender& rows,
                 const RunControl& control, Stream& stream) {
  const FrozenScene& scene = frozen.scene(rows.panel);
  const std::int64_t tiles_per_row = tiles_of_row(scene.panel.fast_count, tile_pixels);
  RenderTask task;
  task.first_row = rows.first_row;
  task.in_double = rows.in_double;
  task.pixels = rows.pixels;
  const auto launch = [&](std::int64_t before, std::int64_t blocks) {
    launch_in_pieces(blocks, evaluations_per_tile(plan), evaluations_per_launch, control, stream,
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

double evaluations_per_pull_tile(const Plan& plan) {
  return static_cast<double>(evaluations_per_pixel(plan)) * pull_tile_pixels;
}

}  // namespace nbt::cuda
