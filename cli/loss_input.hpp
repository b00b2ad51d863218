// The loss that the options describe, as the library takes it: rows of the files, read when they are asked for.
#pragma once

#include <nbt/nbt.h>

#include <exception>
#include <memory>
#include <vector>

#include "loss_options.hpp"
#include "measured_image.hpp"

namespace nbt::program {

class LossInput {
 public:
  // Opens the files: one that does not fit fails before anything is computed.
  LossInput(const LossOptions& options, ImageSize size, std::int64_t rows_per_chunk);
  LossInput(const LossInput&) = delete;
  LossInput& operator=(const LossInput&) = delete;

  // Its callback reads from this object.
  const nbt_loss& record() const { return record_; }
  bool has_weights() const { return weights_ != nullptr; }

  // After a run that failed: what failed in the callback, if anything did.
  void rethrow_failure() const;

 private:
  static int32_t give_rows(nbt_data_rows* rows, void* user);
  void read(nbt_data_rows& rows);
  void read_data(nbt_data_rows& rows);
  void read_mask(nbt_data_rows& rows);

  nbt_loss record_{};
  MeasuredImage data_;
  std::unique_ptr<MeasuredImage> background_;
  std::unique_ptr<MeasuredImage> mask_;
  std::unique_ptr<MeasuredImage> weights_;
  std::vector<std::uint16_t> counts_;
  std::vector<float> floats_;
  std::vector<float> background_rows_;
  std::vector<float> weight_rows_;
  std::vector<float> mask_values_;
  std::vector<std::uint8_t> mask_rows_;
  std::exception_ptr failure_;
};

}  // namespace nbt::program
