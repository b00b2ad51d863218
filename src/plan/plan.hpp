// A plan: a scene frozen into flat arrays that a device walks through. Immutable while runs use it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/scene.hpp"
#include "plan/device_copies.hpp"
#include "plan/float_amplitudes.hpp"
#include "plan/index_bounds.hpp"

namespace nbt {

// How a factor (solid angle, polarization, capture fraction) enters a pixel: physics.md 9 and
// docs/semantics.md.
enum class FactorRule {
  off,         // 1
  cached,      // one value per pixel (or per pixel and layer), applied to every term
  last_layer,  // capture fraction only: the last layer's value multiplies the whole sum [Q23]
  every_term   // evaluated for every term
};

// One incident ray.
struct PlannedSource {
  double incident[3];  // unit
  double wavelength_m;
  double inverse_wavelength_per_A;
  double weight;
};

// Rotated cell vectors of one (phi, domain): a, b, c, metres.
struct Orientation {
  double a[3];
  double b[3];
  double c[3];
};

// A pixel whose first executed sweep uses Plan::first_sweep instead of Plan::orientations.
struct FirstSweepPixel {
  std::int32_t panel;
  std::int64_t slow;
  std::int64_t fast;
};

// The first evaluation outside the tricubic range, from which on lookups are nearest [Q20].
struct InterpolationLatch {
  std::int32_t panel;
  std::int64_t slow, fast;
  std::int64_t sweep;        // (layer, sub-pixel slow, sub-pixel fast, source) flattened, slowest first
  std::int64_t orientation;  // phi * domains + domain
};

struct Plan {
  Scene scene;  // geometry, crystal, flags; panels and structure-factor sets are read from here

  std::vector<PlannedSource> sources;
  // phi slowest, domain fastest: index = phi * domain_count + domain. The stale orientation is already in.
  std::vector<Orientation> orientations;
  std::vector<Orientation> first_sweep;             // same shape; empty when no pixel needs it
  std::vector<FirstSweepPixel> first_sweep_pixels;  // sorted by panel, slow, fast
  std::optional<InterpolationLatch> latch;

  std::int64_t domain_count = 1;
  std::int64_t phi_count = 1;
  std::int64_t steps = 1;  // sources * domains * phi * oversample^2: the divisor (layers not counted)

  FactorRule solid_angle = FactorRule::cached;
  FactorRule polarization = FactorRule::cached;
  FactorRule capture = FactorRule::off;
  bool capture_is_zero = false;  // compat thick-zero-black with zero thickness: C = 0
  bool running_product = false;  // I = (I + x) * factors after every term [Q22]
  double scale = 1;              // kappa = r_e^2 * fluence / steps
  double background = 0;         // I_bg * s of docs/semantics.md: added inside the bracket that kappa multiplies
  bool keep_background_beyond_dmin = false;

  IndexBounds index_bounds;

  // `precision` of the scene is the one in use; these tell how it was chosen.
  Precision precision_asked = Precision::single;
  double precision_error_bound = 0;  // of `fast`, relative to the envelope; 0 where it does not apply
  std::string precision_reason;      // why it is not the one asked for; empty otherwise
  double tail_error_bound = 0;       // photons that a pixel may lack because of the tail tolerance

  // Copy of set 0 for `single` and `fast`; null otherwise, or without a set.
  SharedFloatAmplitudes float_amplitudes;
  std::span<const float> amplitudes_float;  // its elements
  double amplitude_unit = 1;                // what they were divided by

  mutable DeviceCopies device_copies;  // not copied with the plan, and no part of plan_bytes()
};

// Terms of one pixel: sub-pixels * layers * sources * phi * domains. 64 bits; throws out_of_range on overflow.
std::int64_t evaluations_per_pixel(const Plan& plan);

// `kept`: the float amplitudes of an earlier plan, taken over where they are still right; may be null.
std::shared_ptr<const Plan> make_plan(Scene scene, SharedFloatAmplitudes kept = nullptr);

// Bytes of the heap that a plan holds, its scene and structure factors included.
std::int64_t plan_bytes(const Plan& plan);

}  // namespace nbt
