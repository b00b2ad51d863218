#include "cpu/gradient_scratch.hpp"

namespace nbt {
namespace {

// Of the slopes of one thread. Memory beyond the caches still delivers them faster than they are computed again: the
// limit only keeps many threads from taking too much.
constexpr std::int64_t most_kept_bytes = 16 * 1024 * 1024;

// Of every span: those of one pixel that follow rules of their own visit sources one by one.
bool shares_sweeps(const Plan& plan) {
  return plan.scene.dmin_m <= 0 && plan.polarization != FactorRule::every_term && !plan.latch &&
         plan.first_sweep_pixels.empty();
}

std::int64_t groups_of_sources(const Plan& plan, const GradientWishes& wishes) {
  if (!shares_sweeps(plan) || wishes.source_weights) return static_cast<std::int64_t>(plan.sources.size());
  std::int64_t groups = 1;
  for (std::size_t s = 1; s < plan.sources.size(); ++s) {
    if (plan.sources[s].weight != plan.sources[s - 1].weight) ++groups;
  }
  return groups;
}

std::int64_t number_bytes(const Plan& plan) {
  return plan.scene.precision == Precision::double_ ? 8 : 4;
}

int products_of(const Plan& plan) {
  return plan.scene.panels.front().curved ? 3 : 2;
}

}  // namespace

SlopeLayout::SlopeLayout(const Plan& plan, const GradientWishes& wishes) {
  const Scene& scene = plan.scene;
  const std::int64_t places =
      static_cast<std::int64_t>(scene.panels.front().layers) * scene.oversample * scene.oversample;
  sweeps = places * groups_of_sources(plan, wishes);
  terms_per_pixel = evaluations_per_pixel(plan);
  const std::int64_t number = number_bytes(plan);
  bytes_per_term = 3 * number + (wishes.amplitudes ? number + 4 : 0);
  rows_per_visit = 2 + products_of(plan) + (wishes.shape ? shape_sum_count(scene.crystal.shape) : 0);
  // Compared in double: the products may pass 64 bits.
  const double wanted = static_cast<double>(terms_per_pixel) * static_cast<double>(bytes_per_term) * tile_pixels +
                        static_cast<double>(sweeps) * rows_per_visit * sizeof(Scratch::Row);
  kept = wanted <= static_cast<double>(most_kept_bytes);
}

std::int64_t SlopeLayout::slopes_bytes() const {
  const std::int64_t terms = kept ? terms_per_pixel : largest_orientation_block;
  return terms * bytes_per_term * tile_pixels;
}

std::int64_t SlopeLayout::rows_bytes() const {
  return (kept ? sweeps : 1) * rows_per_visit * static_cast<std::int64_t>(sizeof(Scratch::Row));
}

GradientScratch::GradientScratch(const Plan& plan, const GradientWishes& wishes)
    : layout(plan, wishes),
      slopes_(allocate_aligned<std::byte>(layout.slopes_bytes())),
      visit_rows_(allocate_aligned<double>(layout.rows_bytes() / static_cast<std::int64_t>(sizeof(double)))),
      amplitudes_(wishes.amplitudes),
      number_bytes_(number_bytes(plan)),
      shape_sums_(wishes.shape ? shape_sum_count(plan.scene.crystal.shape) : 0),
      products_(products_of(plan)) {}

SlopePlace GradientScratch::place(std::int64_t terms_before) {
  const std::int64_t capacity = layout.slopes_bytes() / layout.bytes_per_term;  // numbers of one kind
  const std::int64_t before = (layout.kept ? terms_before : 0) * tile_pixels;
  std::byte* base = slopes_.get();
  SlopePlace place;
  place.slopes = base + 3 * before * number_bytes_;
  if (!amplitudes_) return place;
  place.terms = base + (3 * capacity + before) * number_bytes_;
  place.entries = reinterpret_cast<std::int32_t*>(base + 4 * capacity * number_bytes_) + before;
  return place;
}

VisitRows GradientScratch::visit_rows(std::int64_t visit) {
  double* row =
      visit_rows_.get() + (layout.kept ? visit : 0) * layout.rows_per_visit * static_cast<std::int64_t>(tile_pixels);
  const auto next = [&row] {
    double* taken = row;
    row += tile_pixels;
    return taken;
  };
  VisitRows taken_rows;
  taken_rows.terms = next();
  taken_rows.outside = next();
  for (int j = 0; j < products_; ++j) taken_rows.along[j] = next();
  for (int k = 0; k < shape_sums_; ++k) taken_rows.shape[k] = next();
  return taken_rows;
}

std::int64_t gradient_scratch_bytes(const Plan& plan, const GradientWishes& wishes) {
  const SlopeLayout layout(plan, wishes);
  return static_cast<std::int64_t>(sizeof(GradientScratch)) + layout.slopes_bytes() + layout.rows_bytes() +
         plan_adjoint_bytes(plan, false);
}

}  // namespace nbt
