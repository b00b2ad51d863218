#include "measured_image.hpp"

#include <cmath>

#include "model/error.hpp"

namespace nbt {
namespace {

double element_of(const void* array, DataType type, std::int64_t i) {
  switch (type) {
    case DataType::float32:
      return static_cast<double>(static_cast<const float*>(array)[i]);
    case DataType::float64:
      return static_cast<const double*>(array)[i];
    case DataType::uint16:
      return static_cast<const std::uint16_t*>(array)[i];
    case DataType::int32:
      return static_cast<const std::int32_t*>(array)[i];
  }
  return 0;
}

std::string pixel_name(std::int64_t slow, std::int64_t fast) {
  return "pixel slow " + std::to_string(slow) + ", fast " + std::to_string(fast);
}

void require(bool holds, const char* what, double value, const char* rule, std::int64_t slow, std::int64_t fast) {
  if (holds) return;
  throw Error(Status::out_of_range,
              pixel_name(slow, fast) + ": " + what + " is " + std::to_string(value) + "; it must be " + rule);
}

}  // namespace

bool MeasuredLoss::counts(std::int64_t slow, std::int64_t fast, std::int64_t element) const {
  if (rows_.mask != nullptr && rows_.mask[element] == 0) return false;
  return mask_ == nullptr || mask_->at(slow, fast);
}

Measured MeasuredLoss::measured(std::int64_t element) const {
  Measured m;
  m.data = element_of(rows_.data, types_.data, element);
  if (rows_.background != nullptr) m.background = element_of(rows_.background, types_.real, element);
  if (rows_.weights != nullptr) m.weight = element_of(rows_.weights, types_.real, element);
  return m;
}

void MeasuredLoss::require_usable(const Measured& m, std::int64_t slow, std::int64_t fast) const {
  const bool counts_photons = loss_.kind == LossKind::poisson;
  require(std::isfinite(m.data), "the data", m.data, "finite (or mask the pixel)", slow, fast);
  require(!counts_photons || m.data >= 0, "the data", m.data, "0 or more for a Poisson loss", slow, fast);
  require(std::isfinite(m.background), "the background", m.background, "finite", slow, fast);
  require(std::isfinite(m.weight) && m.weight >= 0, "the weight", m.weight, "finite and 0 or more", slow, fast);
}

LossShare MeasuredLoss::evaluate(const PixelRun& run, double* slope, double* curvature) const {
  LossShare share;
  const std::int64_t row = (run.slow - rows_.first_row) * rows_.row_stride + run.first_fast;
  for (int i = 0; i < run.count; ++i) {
    slope[i] = 0;
    if (curvature != nullptr) curvature[i] = 0;
    const std::int64_t fast = run.first_fast + i;
    if (!counts(run.slow, fast, row + i)) continue;
    const Measured m = measured(row + i);
    require_usable(m, run.slow, fast);
    const LossAt at = loss_at(loss_, run.value[i], m);
    if (!std::isfinite(at.loss)) {
      throw Error(Status::out_of_range, pixel_name(run.slow, fast) + ": the model is " +
                                            std::to_string(loss_.factor * run.value[i] + m.background) +
                                            " where the data are " + std::to_string(m.data) +
                                            ", which has no finite loss: give a background, a read-out variance or a "
                                            "mask");
    }
    share.loss += at.loss;
    share.by_scale += at.by_factor;
    share.pixels += 1;
    slope[i] = at.slope;
    if (curvature != nullptr) curvature[i] = at.curvature;
  }
  return share;
}

}  // namespace nbt
