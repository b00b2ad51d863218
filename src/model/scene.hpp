// A scene: everything that a run needs, resolved, in SI units, nothing automatic left.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/compatibility.hpp"
#include "model/parameters.hpp"
#include "model/random.hpp"
#include "model/region.hpp"
#include "model/structure_factors.hpp"
#include "model/vector.hpp"

namespace nbt {

enum class Convention { adxv, mosflm, denzo, xds, dials, custom };
enum class Pivot { beam, sample };
enum class Shape : int { square, round, gauss, tophat };
enum class Precision : int { double_, single, fast, exact };

// True where amplitudes are needed in float, too.
inline bool computes_in_float(Precision precision) {
  return precision == Precision::single || precision == Precision::fast;
}

// One pixel of the detector is rendered iff its bit is set; slow-major. Shared by clones.
struct Mask {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
  std::vector<std::uint64_t> bits;

  bool at(std::int64_t slow, std::int64_t fast) const {
    const auto i = static_cast<std::uint64_t>(slow * fast_count + fast);
    return (bits[static_cast<std::size_t>(i >> 6)] >> (i & 63)) & 1u;
  }
};

// A source as given: direction of (x, y, z) seen from the sample, any length (physics.md 4.3).
struct GivenSource {
  Vector3 position;
  double weight = 1;
  double wavelength_m = 0;
};

// What a caller hands in besides parameters.
struct SceneData {
  SharedStructureFactors structure_factors;  // null: default_F everywhere
  std::vector<GivenSource> sources;          // empty: the divergence and dispersion grids
  std::vector<Matrix3> mosaic_rotations;     // empty: drawn from the seed
  std::shared_ptr<const Mask> mask;          // null: every pixel
};

// What is continuous in a scene is of the type Real: double, or Dual where its derivative with respect to a parameter
// is wanted (scene_tangent.hpp).

// A flat (or curved) panel in the laboratory (physics.md 3), metres.
template <class Real>
struct PanelOf {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
  Real pixel_size_m = 0;
  VectorOf<Real> fast;
  VectorOf<Real> slow;
  VectorOf<Real> normal;
  VectorOf<Real> origin_m;  // pix0: corner of pixel (0, 0)
  Real distance_m = 0;
  Real close_distance_m = 0;
  Real fast_beam_m = 0, slow_beam_m = 0;    // F_b, S_b, recomputed (3.5)
  Real fast_close_m = 0, slow_close_m = 0;  // Fc, Sc, recomputed
  bool curved = false;
  bool curved_lab_axes = false;                     // reference semantics [Q10]
  Real true_fast_beam_m = 0, true_slow_beam_m = 0;  // where the direct beam hits, two-theta included
  bool point_pixel = false;
  int layers = 1;
  Real layer_pitch_m = 0;
  Real thickness_m = 0;
  Real attenuation_per_m = 0;  // mu
  Region region;               // inclusive
};
using Panel = PanelOf<double>;

template <class Real>
struct SourceOf {
  VectorOf<Real> incident;  // unit, direction of travel
  Real wavelength_m = 0;
  double weight = 1;  // factor of every term: w*n/sum(w), or 1
};
using Source = SourceOf<double>;

template <class Real>
struct CrystalOf {
  VectorOf<Real> a_m, b_m, c_m;                             // unrotated real-space vectors
  VectorOf<Real> a_star_per_A, b_star_per_A, c_star_per_A;  // unrotated, as gauss and tophat use them
  std::array<std::int64_t, 3> cells{1, 1, 1};
  // The same as real numbers, for derivatives: the peeled grating function is defined between whole counts, too.
  std::array<Real, 3> real_cells{1, 1, 1};
  Shape shape = Shape::square;
  Real fudge = 1;
  bool spot_metric_cells = false;  // --fix spot-metric-hkl
  Real volume_A3 = 0;
  std::array<Real, 3> lengths_A{}, angles_rad{};  // effective cell
  std::array<Real, 3> reciprocal_per_A{}, reciprocal_angles_rad{};
  std::array<Real, 3> misset_rad{};
  std::array<Real, 3> size_m{};
  Real mosaic_spread_rad = 0;
  std::vector<Matrix3> mosaic_rotations;  // one per domain, the first is the identity when drawn
  bool rotate_domains = false;            // spread > 0, or rotations given
  VectorOf<Real> spindle;
  std::vector<Real> phi_rad;  // one per step
  Real phi_start_rad = 0, phi_range_rad = 0, phi_step_rad = 0;
};
using Crystal = CrystalOf<double>;

template <class Real>
struct SceneOf {
  Convention convention = Convention::mosflm;
  Pivot pivot = Pivot::beam;
  VectorOf<Real> beam_direction;
  VectorOf<Real> polarization_axis;
  VectorOf<Real> twotheta_axis;
  Real twotheta_rad = 0;
  Real Xbeam_m = 0, Ybeam_m = 0;      // as given or defaulted, for the SMV header
  std::vector<PanelOf<Real>> panels;  // one, until several can be set
  std::vector<SourceOf<Real>> sources;
  CrystalOf<Real> crystal;
  std::vector<SharedStructureFactors> structure_factor_sets;  // one (possibly null), until several can be set
  Real default_F = 0;
  bool tricubic = false;  // at the start of the run
  std::shared_ptr<const Mask> mask;

  Real wavelength_m = 0;  // central ray
  Real fluence_per_m2 = 0;
  bool polarization = true;
  Real polarization_factor = 0;
  int oversample = 1;
  int recommended_oversample = 1;
  bool oversample_thick = false, oversample_polar = false, oversample_omega = false;
  double dmin_m = 0;
  double tail_tolerance = 0;
  Real water_m = 0;
  Real background = 0;  // I_bg of physics.md 9

  bool carryover = false;  // stale orientation at phi = 0
  std::int64_t carryover_threads = 1;
  Compatibility compatibility;
  Precision precision = Precision::single;
  double precision_tolerance = 1e-4;  // that `fast` must keep

  double adc_offset = 40, int_scale = 0, pgm_scale = 0;
  std::optional<std::int32_t> noise_seed;  // as stored by the reference: option n is -n
  RandomGenerator generator_after_mosaic;  // shared generator state for seeds that continue it [Q35]

  std::vector<std::string> warnings;  // in the order found
};
using Scene = SceneOf<double>;

// Resolves defaults and automatic choices and checks the whole. Throws Error(inconsistent_scene) and others.
Scene resolve(const Parameters& parameters, const SceneData& data);

}  // namespace nbt
