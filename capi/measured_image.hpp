// A measured image as the caller has it: typed rows in memory, whole or chunk by chunk, and the loss that compares them
// with values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "device/pixel_loss.hpp"
#include "image/loss.hpp"
#include "model/scene.hpp"

namespace nbt {

enum class DataType { float32, float64, uint16, int32 };

// Rows of one panel; null pointers where nothing was given.
struct MeasuredRows {
  std::int32_t panel = 0;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  std::int64_t row_stride = 0;  // elements, of all
  const void* data = nullptr;
  const std::uint8_t* mask = nullptr;  // 0: left out
  const void* background = nullptr;
  const void* weights = nullptr;
};

struct MeasuredTypes {
  DataType data = DataType::float32;
  DataType real = DataType::float32;  // of background and weights
};

// The loss of the rows at hand. Errors name the pixel.
class MeasuredLoss : public PixelLoss {
 public:
  MeasuredLoss(const Loss& loss, const MeasuredTypes& types, const Mask* mask)
      : loss_(loss), types_(types), mask_(mask) {}

  void set_rows(const MeasuredRows& rows) { rows_ = rows; }

  LossShare evaluate(const PixelRun& run, double* slope, double* curvature) const override;
  double factor() const override { return loss_.factor; }

 private:
  // Up to so many pixels are read at a time.
  static constexpr int block_pixels = 256;
  struct Block {
    double data[block_pixels];
    double background[block_pixels];
    double weight[block_pixels];
  };

  bool counts(std::int64_t slow, std::int64_t fast) const;
  std::int64_t element(std::int64_t slow, std::int64_t fast) const;
  void read(std::int64_t first_element, int count, Block& block) const;
  void add_run(const PixelRun& run, double* slope, double* curvature, LossShare& share) const;
  // Throw Error naming the first pixel that cannot be used, or has no finite loss.
  void require_usable(const PixelRun& run, const Block& block) const;
  void require_finite(const PixelRun& run, const Block& block) const;

  Loss loss_;
  MeasuredTypes types_;
  const Mask* mask_;  // of the scene; null: all pixels
  MeasuredRows rows_;
};

}  // namespace nbt
