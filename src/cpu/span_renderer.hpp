// Something that computes the pixels of a span.
#pragma once

#include <memory>

#include "cpu/scratch.hpp"
#include "cpu/stop_signal.hpp"
#include "device/span.hpp"

namespace nbt {

// Shared by all threads of a render; all that changes lies in the scratch.
class SpanRenderer {
 public:
  virtual ~SpanRenderer() = default;
  // Fills scratch.value for the span's pixels, also masked ones. False: stopped before the end.
  virtual bool render(const Span& span, Scratch& scratch, const StopSignal& stop) const = 0;
};

// The vector kernels, precision `single` or `double`. The plan must outlive the result.
std::unique_ptr<SpanRenderer> make_vector_renderer(const Plan& plan, std::int64_t simd_target);

// The reference's order of operations, precision `exact`.
std::unique_ptr<SpanRenderer> make_exact_renderer(const Plan& plan);

}  // namespace nbt
