#include "cpu/span_terms.hpp"

namespace nbt {

SpanTerms::SpanTerms(const RenderConstants& constants, const SlopeKernels& kernels, const Span& span,
                     const SpanSight& sight, Scratch& scratch, void* work)
    : constants_(constants),
      kernels_(kernels),
      plan_(constants.plan),
      span_(span),
      sight_(sight),
      s_(scratch),
      work_(work) {}

std::int64_t SpanTerms::end_of_group(std::int64_t first) const {
  std::int64_t end = first + 1;
  while (end < static_cast<std::int64_t>(plan_.sources.size()) && source(end).weight == source(first).weight) ++end;
  return end;
}

std::int64_t SpanTerms::first_latched(const SourceVisit& visit, std::int64_t terms) const {
  if (span_.latch == nullptr || visit.first_sweep < span_.latch->sweep) return terms;
  return visit.first_sweep == span_.latch->sweep ? span_.latch->orientation : 0;
}

void SpanTerms::add(const SourceVisit& visit, const TermBlock& block, SlopeBatch& batch) {
  s_.block.count = 0;
  for_sources(visit, block, [&](std::int64_t from, std::int64_t first, int count, int) {
    append_orientations(sight_.directions().basis, source(from), orientations_of(visit).data() + first, count,
                        s_.block);
  });
  batch.terms.pixels = sight_.padded();
  batch.terms.directions = sight_.directions();
  batch.terms.block = &s_.block;
  batch.terms.bend = constants_.bend;
  batch.terms.lookup = block.lookup;
  batch.terms.crystal = &constants_.crystal;
  batch.terms.table = &constants_.table;
  batch.terms.skipping = constants_.skipping;
  batch.terms.work = work_;
  if (!has_default(block.lookup)) batch.outside = nullptr;
  kernels_.add(batch);
}

bool SpanTerms::has_default(Lookup lookup) const {
  return lookup != Lookup::constant && plan_.scene.default_F != 0;
}

void SpanTerms::find_weights(const SourceVisit& visit, double* row) const {
  std::fill_n(row, sight_.padded(), source(visit.first_source).weight * constants_.slope_unit);
  if (sight_.plain()) return;
  for (int i = 0; i < sight_.padded(); ++i) row[i] *= s_.kept[i] * s_.factors[i] * layer_capture(i);
}

void SpanTerms::find_cached_factors(const double* (&factors)[3]) const {
  factors[0] = plan_.capture == FactorRule::last_layer ? s_.capture : nullptr;
  factors[1] = plan_.solid_angle == FactorRule::cached ? s_.solid_angle : nullptr;
  factors[2] = plan_.polarization == FactorRule::cached ? s_.first_polarization : nullptr;
}

void SpanTerms::find_cached_factors(double* row) const {
  const double* factors[3];
  find_cached_factors(factors);
  std::fill_n(row, sight_.padded(), 1.0);
  for (const double* factor : factors) {
    for (int i = 0; factor != nullptr && i < sight_.padded(); ++i) row[i] *= factor[i];
  }
}

// Not limited by dmin.
void SpanTerms::add_background(const SourceVisit& visit) {
  if (plan_.background == 0) return;
  const auto sweeps = static_cast<double>(visit.sources());
  for (int i = 0; i < sight_.padded(); ++i) s_.background[i] += sweeps * s_.factors[i] * layer_capture(i);
}

double SpanTerms::sweeps_of_background() const {
  const double places = static_cast<double>(plan_.scene.oversample) * plan_.scene.oversample;
  const double layers =
      plan_.capture == FactorRule::last_layer ? plan_.scene.panels[static_cast<std::size_t>(span_.panel)].layers : 1;
  return static_cast<double>(plan_.sources.size()) * places * layers;
}

}  // namespace nbt
