#include "cuda/loss_of_rows.hpp"

#include <algorithm>
#include <future>
#include <thread>

#include "cuda/tile_walk.hpp"

namespace nbt::cuda {
namespace {

// So many that starting a thread costs little.
constexpr std::int64_t pixels_worth_a_thread = 16384;

}  // namespace

LossOfRows::LossOfRows(const Plan& plan, const PixelLoss& loss, std::int32_t panel, int threads)
    : plan_(plan),
      loss_(loss),
      panel_(panel),
      fast_count_(plan.scene.panels[static_cast<std::size_t>(panel)].fast_count),
      threads_(threads > 0 ? threads : static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U))) {}

std::int64_t LossOfRows::tiles_per_row() const {
  return tiles_of_row(fast_count_, tile_pixels);
}

const std::vector<LossShare>& LossOfRows::evaluate(const RowsOfValues& rows) {
  shares_.assign(static_cast<std::size_t>(rows.row_count * tiles_per_row()), {});
  const std::int64_t threads = std::clamp<std::int64_t>(rows.row_count * fast_count_ / pixels_worth_a_thread, 1,
                                                        std::min<std::int64_t>(threads_, rows.row_count));
  const auto evaluate_part = [&](std::int64_t part) {
    for (std::int64_t row = part; row < rows.row_count; row += threads) evaluate_row(rows, row);
  };
  std::vector<std::future<void>> others;
  for (std::int64_t part = 1; part < threads; ++part) {
    others.push_back(std::async(std::launch::async, evaluate_part, part));
  }
  evaluate_part(0);
  for (std::future<void>& other : others) other.get();
  return shares_;
}

void LossOfRows::evaluate_row(const RowsOfValues& rows, std::int64_t row) {
  const std::int64_t slow = rows.first_row + row, before = row * fast_count_;
  const double* values = rows.values + before;
  double* slopes = rows.slopes + before;
  double* curvatures = rows.curvatures == nullptr ? nullptr : rows.curvatures + before;
  std::fill_n(slopes, fast_count_, 0.0);
  if (curvatures != nullptr) std::fill_n(curvatures, fast_count_, 0.0);
  for (std::int64_t tile = 0; tile < tiles_per_row(); ++tile) {
    const std::int64_t first = tile * tile_pixels;
    const Span active =
        active_part(plan_, panel_, slow, first, std::min<std::int64_t>(first + tile_pixels, fast_count_));
    if (active.count == 0) continue;
    const PixelRun run{panel_, slow, active.first_fast, active.count, values + active.first_fast};
    shares_[static_cast<std::size_t>(row * tiles_per_row() + tile)] = loss_.evaluate(
        run, slopes + active.first_fast, curvatures == nullptr ? nullptr : curvatures + active.first_fast);
  }
}

}  // namespace nbt::cuda
