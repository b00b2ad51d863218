#include "cpu/normal_span.hpp"

#include <algorithm>

namespace nbt {

void add_normal_equations(const JacobianConstants& constants, const Span& span, const PixelLoss& loss,
                          JacobianScratch& derivatives, NormalScratch& scratch) {
  NormalSums& sums = scratch.sums;
  const std::size_t movements = constants.movements.size();
  const int padded = (span.count + lane_padding - 1) / lane_padding * lane_padding;
  const LossShare share = loss.evaluate({span.panel, span.slow, span.first_fast, span.count, derivatives.span.value},
                                        scratch.slope, scratch.curvature);
  sums.share.loss += share.loss;
  sums.share.by_scale += share.by_scale;
  sums.share.pixels += share.pixels;
  const auto pad = [&](double* row) { std::fill(row + span.count, row + padded, 0.0); };
  pad(scratch.slope);
  pad(scratch.curvature);
  for (std::size_t p = 0; p < movements; ++p) pad(derivatives.value(p));
  for (int i = 0; i < padded; ++i) scratch.by_factor[i] = derivatives.span.value[i] / loss.factor();
  pad(scratch.by_factor);

  const auto row = [&](std::size_t component) {
    return component < movements ? derivatives.value(component) : scratch.by_factor;
  };
  const auto sum = [&](const double* weight, const double* values) {
    WeightedRow job;
    job.pixels = padded;
    job.weight = weight;
    job.row = values;
    return constants.kernels.add_weighted(job);
  };
  for (std::size_t p = 0; p < sums.count; ++p) {
    sums.gradient[p] += sum(scratch.slope, row(p));
    for (int i = 0; i < padded; ++i) scratch.weighted[i] = scratch.curvature[i] * row(p)[i];
    for (std::size_t q = p; q < sums.count; ++q) sums.matrix[p * sums.count + q] += sum(scratch.weighted, row(q));
  }
}

}  // namespace nbt
