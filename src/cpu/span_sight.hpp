// What the pixels of a span see, whatever the crystal: where they are, from sub-pixel to sub-pixel and layer to layer,
// and the factors of physics.md 9 that follow from it, source by source.
//
// Rows of the scratch begin on the grid of segments, at most some pixels before the span: what is skipped does not
// depend on where the span begins.
#pragma once

#include "cpu/render_constants.hpp"
#include "cpu/scratch.hpp"
#include "device/span.hpp"

namespace nbt {

struct SubPixelAt {
  int layer = 0;
  int slow = 0;
  int fast = 0;

  bool first_of_layer() const { return slow == 0 && fast == 0; }
  bool first() const { return layer == 0 && first_of_layer(); }
};

// Of the tile's anchor from the corner of the panel, in the current sub-pixel.
struct PixelOffsets {
  double fast_m = 0;
  double slow_m = 0;
};

class SpanSight {
 public:
  SpanSight(const RenderConstants& constants, const Span& span, Scratch& scratch);

  // Where the span's pixels are in the rows, and how long those are.
  int first() const { return first_; }
  int end() const { return end_; }
  int padded() const { return padded_; }

  // No factor differs between the pixels' terms: the usual scene. The rows `kept` and `factors` are not used then.
  bool plain() const { return plain_; }

  // `sweep`: the row that will hold the number of the sweep from which each pixel has its cached polarization.
  void record_polarization_sweeps(double* sweep) { polarization_sweep_ = sweep; }

  void begin();

  // Positions, directions and, where they are wanted, solid angle and capture fraction.
  void place(const SubPixelAt& at);
  const Directions& directions() const { return directions_; }
  const PlaceJob& placed() const { return placed_; }
  const PixelOffsets& offsets() const { return offsets_; }

  // Counts a sweep (sub-pixel, source): its dmin limit and its polarization where they are wanted.
  void sweep(const PlannedSource& source);
  std::int64_t sweeps() const { return sweeps_; }
  bool polarization_missing() const { return polarization_missing_; }
  // The usual case: the cached polarization is that of the first sweep, as no pixel lacks it and P cannot vanish.
  bool first_polarization_is_final() const;
  // Without counting: the dmin limit, and the polarization if it is not null.
  void aim(const PlannedSource& source, double* polarization);

  // f, in the reference's order: capture, polarization, solid angle. Without such factors it stays as begin() left it.
  void set_factors();
  bool any_kept() const;

  // The pixels' terms of different sources differ by their indices alone.
  bool sources_share_factors() const;

  // After the last sweep. A pixel that dmin left without a polarization has that of the first sweep, when its
  // background stays.
  void complete_polarization();

 private:
  bool is_plain() const;
  bool wants_capture(const SubPixelAt& at) const;
  void set_curvature(double fast_m, double slow_m, PlaceJob& job) const;
  void set_directions();
  void aim_capture(const SubPixelAt& at);
  bool wants_polarization() const;
  void aim_polarization(const PlannedSource& source);
  void cache_polarization();

  const RenderConstants& constants_;
  const Plan& plan_;
  const Scene& scene_;
  const Panel& panel_;
  const Span& span_;
  Scratch& s_;
  const int first_;
  const int end_;
  const int padded_;
  const bool plain_;

  PlaceJob placed_;
  PixelOffsets offsets_;
  Directions directions_;    // of the current sub-pixel and layer
  std::int64_t sweeps_ = 0;  // layers, sub-pixels and sources counted through
  bool polarization_missing_ = false;
  double* polarization_sweep_ = nullptr;
};

}  // namespace nbt
