// Weights of cubic Lagrange interpolation (physics.md 11), all four nodes from the lowest at x = index - floor(index),
// and their derivatives by x (numerics.md 5); for what looks at one index at a time. structure_factor-inl.h has the
// weights in lanes. They also run in kernels of devices.
#pragma once

namespace nbt {

constexpr void cubic_weights(double x, double (&weight)[4]) {
  weight[0] = -x * (x - 1) * (x - 2) / 6;
  weight[1] = (x + 1) * (x - 1) * (x - 2) / 2;
  weight[2] = -(x + 1) * x * (x - 2) / 2;
  weight[3] = (x + 1) * x * (x - 1) / 6;
}

constexpr void cubic_weight_slopes(double x, double (&slope)[4]) {
  slope[0] = -(3 * x * x - 6 * x + 2) / 6;
  slope[1] = (3 * x * x - 4 * x - 1) / 2;
  slope[2] = -(3 * x * x - 2 * x - 2) / 2;
  slope[3] = (3 * x * x - 1) / 6;
}

}  // namespace nbt
