// Loss and derivatives of one span, in two passes over its terms: values first, which give dL/dvalue, then the adjoints
// of everything that the plan holds (numerics.md 5 and 6). The slopes of the terms are kept between the passes while
// they fit, otherwise they are computed again: the bits are the same.
//
// With v = scale E (I + background B) as in vector_renderer.cpp, u = dL/dv scale E, and what a visit (a sub-pixel in a
// layer, seen from sources that share their factors) adds to I + background B, called c:
//
//   terms            dL/d(sum of terms) = u f C_t * source weight                 into a, b, c, sources, positions
//   cached factors   dL/d ln factor = dL/dv v                                     where they were evaluated
//   other factors    dL/d ln factor = u c                                         at every visit
#pragma once

#include "cpu/gradient_scratch.hpp"
#include "cpu/span_sight.hpp"
#include "cpu/stop_signal.hpp"
#include "device/pixel_loss.hpp"
#include "plan/plan_adjoint.hpp"

namespace nbt {

// What all threads of a gradient run share.
struct GradientConstants {
  GradientConstants(const Plan& plan, const GradientWishes& the_wishes, std::int64_t simd_target);

  RenderConstants render;
  SlopeKernels kernels;
  GradientWishes wishes;
};

// Adds the span's share to `sums`, of amplitudes to scratch.amplitude_sums. False: stopped before the end.
bool add_gradient_of_span(const GradientConstants& constants, const Span& span, const PixelLoss& loss,
                          GradientScratch& scratch, const StopSignal& stop, PlanAdjoint& sums);

}  // namespace nbt
