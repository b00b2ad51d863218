// How far an image is from data, pixel by pixel, with the derivatives that refinement needs.
//
// With the model m = factor * value + background and the data d:
//
//   weights        d value                          d is dL/dvalue
//   least_squares  w (m - d)^2/2
//   gaussian       [(m - d)^2/V + ln V]/2,          V = gain max(m, 0) + readout_variance
//   poisson        m - d ln m
#pragma once

#include <cstdint>

namespace nbt {

enum class LossKind : std::int32_t { weights = 0, least_squares = 1, gaussian = 2, poisson = 3 };

struct Loss {
  LossKind kind = LossKind::least_squares;
  double factor = 1;
  double gain = 0;
  double readout_variance = 0;
};

// Throws Error(out_of_range) naming what does not fit.
void check(const Loss& loss);

// What was measured of one pixel.
struct Measured {
  double data = 0;
  double background = 0;
  double weight = 1;
};

struct LossAt {
  double loss = 0;
  double slope = 0;      // dL/dvalue
  double curvature = 0;  // its expected second derivative: factor^2 (w; 1/V + (gain/V)^2/2; 1/m)
  double by_factor = 0;  // dL/dfactor
};

// What some neighbouring pixels add.
struct LossSums {
  double loss = 0;
  double by_factor = 0;
};

// Measured pixels next to each other.
struct MeasuredRow {
  const double* data = nullptr;
  const double* background = nullptr;
  const double* weight = nullptr;
};

// loss_at for `count` pixels: slopes, and where `curvature` is not null curvatures.
LossSums losses_of_row(const Loss& loss, const double* value, const MeasuredRow& measured, int count, double* slope,
                       double* curvature);

// Not finite where there is no such loss: a variance of 0, or photons where the model has none (poisson).
LossAt loss_at(const Loss& loss, double value, const Measured& measured);

}  // namespace nbt
