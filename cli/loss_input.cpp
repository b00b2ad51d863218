#include "loss_input.hpp"

#include <algorithm>

#include "interrupt.hpp"

namespace nbt::program {
namespace {

std::unique_ptr<MeasuredImage> open_image(const std::string& path, const char* what, ImageSize size) {
  return path.empty() ? nullptr : std::make_unique<MeasuredImage>(path, what, size);
}

}  // namespace

LossInput::LossInput(const LossOptions& options, ImageSize size, std::int64_t rows_per_chunk)
    : data_(options.data_file, "the data", size),
      background_(open_image(options.background_file, "the background", size)),
      mask_(open_image(options.mask_file, "the mask of the data", size)),
      weights_(open_image(options.weights_file, "the weights", size)) {
  record_.struct_size = sizeof record_;
  record_.kind = loss_kind(options.loss);
  record_.data_type = data_.is_smv() ? int32_t{NBT_UINT16} : int32_t{NBT_FLOAT32};
  record_.real_type = NBT_FLOAT32;
  record_.callback = give_rows;
  record_.user = this;
  record_.rows_per_chunk = rows_per_chunk;
  record_.scale = options.scale.value_or(1);
  if (record_.kind == NBT_LOSS_GAUSSIAN) {
    record_.gain = options.gain.value_or(1);
    record_.readout_variance = options.readout_variance.value_or(0);
  }
}

void LossInput::rethrow_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

int32_t LossInput::give_rows(nbt_data_rows* rows, void* user) {
  auto& input = *static_cast<LossInput*>(user);
  try {
    check_interrupt();
    input.read(*rows);
    return 0;
  } catch (...) {
    input.failure_ = std::current_exception();
    return 1;
  }
}

void LossInput::read(nbt_data_rows& rows) {
  read_data(rows);
  read_mask(rows);
  if (background_) {
    background_->read_values(rows.first_row, rows.row_count, background_rows_);
    rows.background = background_rows_.data();
  }
  if (weights_) {
    weights_->read_values(rows.first_row, rows.row_count, weight_rows_);
    rows.weights = weight_rows_.data();
  }
}

void LossInput::read_data(nbt_data_rows& rows) {
  if (data_.is_smv()) {
    data_.read_counts(rows.first_row, rows.row_count, counts_);
    rows.data = counts_.data();
  } else {
    data_.read_floats(rows.first_row, rows.row_count, floats_);
    rows.data = floats_.data();
  }
}

void LossInput::read_mask(nbt_data_rows& rows) {
  if (!mask_) return;
  mask_->read_values(rows.first_row, rows.row_count, mask_values_);
  mask_rows_.resize(mask_values_.size());
  std::transform(mask_values_.begin(), mask_values_.end(), mask_rows_.begin(),
                 [](float value) { return static_cast<std::uint8_t>(value != 0); });
  rows.mask = mask_rows_.data();
}

}  // namespace nbt::program
