// Kept apart from the vector code: clang 14 cannot compile an OpenMP loop inside a SIMD target's namespace.
#include "cpu/jacobian_loop.hpp"

#include <algorithm>

#include "cpu/jacobian_span.hpp"
#include "cpu/normal_span.hpp"
#include "cpu/ordered_blocks.hpp"

namespace nbt {
namespace {

// What one thread holds.
struct Worker {
  Worker(const JacobianConstants& constants, std::size_t components) : scratch(constants), normal(components) {}
  JacobianScratch scratch;
  NormalScratch normal;
};

class JacobianRows {
 public:
  JacobianRows(const Plan& plan, const JacobianRequest& request)
      : plan_(plan),
        request_(request),
        fast_count_(plan.scene.panels[static_cast<std::size_t>(request.panel)].fast_count) {}

  // What no span stores: pixels of a tile before and after its active part.
  void clear_around(const Span& active, std::int64_t first, std::int64_t end) const {
    clear(active.slow, first, active.first_fast);
    clear(active.slow, active.first_fast + active.count, end);
  }

  void store(const Span& span, JacobianScratch& scratch) const {
    if (request_.image == nullptr) return;
    copy(span, scratch.span.value, request_.image + element(span.slow, span.first_fast));
    for (std::size_t p = 0; p < request_.movements.size(); ++p) {
      copy(span, scratch.value(p), derivative(p, span.slow, span.first_fast));
    }
  }

 private:
  void clear(std::int64_t slow, std::int64_t first, std::int64_t end) const {
    if (request_.image == nullptr || first == end) return;
    std::fill_n(request_.image + element(slow, first), end - first, 0.0);
    for (std::size_t p = 0; p < request_.movements.size(); ++p)
      std::fill_n(derivative(p, slow, first), end - first, 0.0);
  }
  std::int64_t element(std::int64_t slow, std::int64_t fast) const {
    return (slow - request_.first_row) * fast_count_ + fast;
  }
  double* derivative(std::size_t p, std::int64_t slow, std::int64_t fast) const {
    return request_.derivatives + static_cast<std::int64_t>(p) * request_.row_count * fast_count_ + element(slow, fast);
  }
  void copy(const Span& span, const double* from, double* to) const {
    const Mask* mask = plan_.scene.mask.get();
    if (mask == nullptr) {
      std::copy_n(from, span.count, to);
      return;
    }
    for (int i = 0; i < span.count; ++i) to[i] = mask->at(span.slow, span.first_fast + i) ? from[i] : 0;
  }

  const Plan& plan_;
  const JacobianRequest& request_;
  const std::int64_t fast_count_;
};

}  // namespace

void find_derivatives_of_rows(const Plan& plan, const JacobianRequest& request, std::int64_t simd_target, int threads,
                              const RunControl& control) {
  const JacobianConstants constants(plan, request.movements, simd_target);
  const JacobianRows rows(plan, request);
  const BlockGrid grid(plan, request.panel, request.first_row);
  StopSignal stop(control.cancel);
  const std::size_t components = request.sums == nullptr ? 0 : request.sums->count;
  const auto make = [&] { return std::make_unique<Worker>(constants, components); };
  const auto work = [&](std::int64_t block, Worker& worker) {
    grid.for_tiles(block, [&](std::int64_t first, std::int64_t end) {
      const Span active = active_part(plan, request.panel, grid.slow(block), first, end);
      rows.clear_around(active, first, end);
      if (active.count == 0) return true;
      for (const Span& span : split_by_rules(plan, active)) {
        if (!find_derivatives_of_span(constants, span, worker.scratch, stop)) return false;
        rows.store(span, worker.scratch);
        if (components > 0) add_normal_equations(constants, span, *request.loss, worker.scratch, worker.normal);
      }
      return true;
    });
  };
  const auto take = [&](std::int64_t, Worker& worker) {
    if (components == 0) return;
    request.sums->add(worker.normal.sums);
    worker.normal.sums.clear();
  };
  for_ordered_blocks(grid.count(request.row_count), threads, control, grid, stop, make, work, take);
}

}  // namespace nbt
