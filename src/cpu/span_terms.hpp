// A span's terms with their slopes, block by block: what a gradient and derivative images do in the same way.
//
// A visit is a sub-pixel in a layer, seen from some sources whose terms have the same factors. With v as in
// vector_renderer.cpp a visit adds its terms times weight() to the bracket, and the value is scale E (bracket).
#pragma once

#include <algorithm>

#include "cpu/slope_kernels.hpp"
#include "cpu/span_sight.hpp"
#include "cpu/stop_signal.hpp"

namespace nbt {

struct SourceVisit {
  std::int64_t first_source = 0;
  std::int64_t end_source = 0;
  std::int64_t first_sweep = 0;  // number of the first source's sweep
  bool of_first_sweep = false;   // orientations of Plan::first_sweep

  std::int64_t sources() const { return end_source - first_source; }
};

// Up to largest_orientation_block terms of a visit.
struct TermBlock {
  std::int64_t first = 0;  // of the visit: source * orientations + orientation
  int count = 0;
  Lookup lookup = Lookup::constant;
};

class SpanTerms {
 public:
  // `work`: SlopeWork of the kernels' type.
  SpanTerms(const RenderConstants& constants, const SlopeKernels& kernels, const Span& span, const SpanSight& sight,
            Scratch& scratch, void* work);

  std::int64_t orientation_count() const { return static_cast<std::int64_t>(plan_.orientations.size()); }
  const PlannedSource& source(std::int64_t i) const { return plan_.sources[static_cast<std::size_t>(i)]; }
  const std::vector<Orientation>& orientations_of(const SourceVisit& visit) const {
    return visit.of_first_sweep ? plan_.first_sweep : plan_.orientations;
  }

  // Calls take(first, end) for the groups of sources that make a visit each, in order, until it returns false; returns
  // what the last one did. `one_by_one`: no two in a group.
  template <class Take>
  bool for_groups(bool one_by_one, const Take& take) const {
    const auto count = static_cast<std::int64_t>(plan_.sources.size());
    for (std::int64_t first = 0; first < count;) {
      const std::int64_t end = one_by_one || !sight_.sources_share_factors() ? first + 1 : end_of_group(first);
      if (!take(first, end)) return false;
      first = end;
    }
    return true;
  }

  // Calls take(block) for the terms of a visit, in order; blocks end where the lookup changes. False: stopped.
  template <class Take>
  bool for_blocks(const SourceVisit& visit, const StopSignal& stop, const Take& take) const {
    const std::int64_t terms = visit.sources() * orientation_count();
    const std::int64_t latched = first_latched(visit, terms);
    for (std::int64_t first = 0; first < terms;) {
      if (stop.requested()) return false;
      const TermBlock block = block_at(first, latched, terms);
      take(block);
      first += block.count;
    }
    return true;
  }

  // The same blocks, the last one first.
  template <class Take>
  bool for_blocks_backwards(const SourceVisit& visit, const StopSignal& stop, const Take& take) const {
    const std::int64_t terms = visit.sources() * orientation_count();
    const std::int64_t latched = first_latched(visit, terms);
    for (std::int64_t end = terms; end > 0;) {
      if (stop.requested()) return false;
      const std::int64_t begin = end > latched ? latched : 0;
      const std::int64_t first = begin + (end - begin - 1) / largest_orientation_block * largest_orientation_block;
      take(block_at(first, latched, terms));
      end = first;
    }
    return true;
  }

  // Calls take(source, first_orientation, count, terms_before) for the runs of a block's terms that share a source.
  template <class Take>
  void for_sources(const SourceVisit& visit, const TermBlock& block, const Take& take) const {
    for (int before = 0; before < block.count;) {
      const std::int64_t first = (block.first + before) % orientation_count();
      const auto count = static_cast<int>(std::min<std::int64_t>(orientation_count() - first, block.count - before));
      take(visit.first_source + (block.first + before) / orientation_count(), first, count, before);
      before += count;
    }
  }

  // Computes a block: `batch` says where to, its `terms` are set here except their sums.
  void add(const SourceVisit& visit, const TermBlock& block, SlopeBatch& batch);

  bool has_terms() const { return sight_.plain() || sight_.any_kept(); }
  // Some lookups of a table may miss it.
  bool has_default(Lookup lookup) const;

  // What multiplies a visit's terms in the bracket, and E when all visits are done, into a row.
  void find_weights(const SourceVisit& visit, double* row) const;
  void find_cached_factors(double* row) const;
  void find_cached_factors(const double* (&factors)[3]) const;  // rows of E; null: 1
  // The cached capture of the current layer; 1 where there is none.
  double layer_capture(int pixel) const { return plan_.capture == FactorRule::cached ? s_.capture[pixel] : 1.0; }

  // Adds the visit to the sum of factors whose mean multiplies the background, and the number of sweeps in that mean.
  void add_background(const SourceVisit& visit);
  double sweeps_of_background() const;
  double background_weight() const { return plan_.background / sweeps_of_background(); }

 private:
  std::int64_t end_of_group(std::int64_t first) const;
  std::int64_t first_latched(const SourceVisit& visit, std::int64_t terms) const;

  TermBlock block_at(std::int64_t first, std::int64_t latched, std::int64_t terms) const {
    const std::int64_t end = first < latched ? latched : terms;
    TermBlock block;
    block.first = first;
    block.count = static_cast<int>(std::min<std::int64_t>(end - first, largest_orientation_block));
    block.lookup = first < latched ? span_.lookup : Lookup::nearest;
    return block;
  }

  const RenderConstants& constants_;
  const SlopeKernels& kernels_;
  const Plan& plan_;
  const Span& span_;
  const SpanSight& sight_;
  Scratch& s_;
  void* work_;
};

}  // namespace nbt
