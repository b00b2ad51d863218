// Normal equations of one span, from its derivatives.
#pragma once

#include "cpu/jacobian_span.hpp"
#include "device/normal_sums.hpp"

namespace nbt {

struct NormalScratch {
  explicit NormalScratch(std::size_t components) : sums(components) {}

  NormalSums sums;
  alignas(64) Scratch::Row slope;
  alignas(64) Scratch::Row curvature;
  alignas(64) Scratch::Row weighted;   // of one component
  alignas(64) Scratch::Row by_factor;  // of the loss's factor: value/factor
};

// The sums have one component per movement, and one more where the loss's factor is one. Derivatives as
// find_derivatives_of_span leaves them.
void add_normal_equations(const JacobianConstants& constants, const Span& span, const PixelLoss& loss,
                          JacobianScratch& derivatives, NormalScratch& scratch);

}  // namespace nbt
