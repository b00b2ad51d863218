#include "cpu/exact_pixel.hpp"
#include "cpu/span_renderer.hpp"

namespace nbt {
namespace {

class ExactRenderer : public SpanRenderer {
 public:
  explicit ExactRenderer(const Plan& plan) : plan_(plan) {}

  bool render(const Span& span, Scratch& scratch, const StopSignal& stop) const override {
    exact::NoObserver nobody;
    for (int i = 0; i < span.count; ++i) {
      const std::int64_t fast = span.first_fast + i;
      if (!is_active(plan_, span.panel, span.slow, fast)) continue;
      exact::Pixel pixel(plan_, span, fast, stop, nobody);
      if (!pixel.run()) return false;
      scratch.value[i] = pixel.value();
    }
    return true;
  }

 private:
  const Plan& plan_;
};

}  // namespace

std::unique_ptr<SpanRenderer> make_exact_renderer(const Plan& plan) {
  return std::make_unique<ExactRenderer>(plan);
}

}  // namespace nbt
