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
    return (bits[i >> 6] >> (i & 63)) & 1u;
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

// A flat (or curved) panel in the laboratory (physics.md 3), metres.
struct Panel {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
  double pixel_size_m = 0;
  Vector3 fast;
  Vector3 slow;
  Vector3 normal;
  Vector3 origin_m;  // pix0: corner of pixel (0, 0)
  double distance_m = 0;
  double close_distance_m = 0;
  double fast_beam_m = 0, slow_beam_m = 0;    // F_b, S_b, recomputed (3.5)
  double fast_close_m = 0, slow_close_m = 0;  // Fc, Sc, recomputed
  bool curved = false;
  bool curved_lab_axes = false;                       // reference semantics [Q10]
  double true_fast_beam_m = 0, true_slow_beam_m = 0;  // where the direct beam hits, two-theta included
  bool point_pixel = false;
  int layers = 1;
  double layer_pitch_m = 0;
  double thickness_m = 0;
  double attenuation_per_m = 0;  // mu
  Region region;                 // inclusive
};

struct Source {
  Vector3 incident;  // unit, direction of travel
  double wavelength_m = 0;
  double weight = 1;  // factor of every term: w*n/sum(w), or 1
};

struct Crystal {
  Vector3 a_m, b_m, c_m;                             // unrotated real-space vectors
  Vector3 a_star_per_A, b_star_per_A, c_star_per_A;  // unrotated, as gauss and tophat use them
  std::array<std::int64_t, 3> cells{1, 1, 1};
  Shape shape = Shape::square;
  double fudge = 1;
  bool spot_metric_cells = false;  // --fix spot-metric-hkl
  double volume_A3 = 0;
  std::array<double, 3> lengths_A{}, angles_rad{};  // effective cell
  std::array<double, 3> reciprocal_per_A{}, reciprocal_angles_rad{};
  std::array<double, 3> misset_rad{};
  std::array<double, 3> size_m{};
  double mosaic_spread_rad = 0;
  std::vector<Matrix3> mosaic_rotations;  // one per domain, the first is the identity when drawn
  bool rotate_domains = false;            // spread > 0, or rotations given
  Vector3 spindle;
  std::vector<double> phi_rad;  // one per step
  double phi_start_rad = 0, phi_range_rad = 0, phi_step_rad = 0;
};

struct Scene {
  Convention convention = Convention::mosflm;
  Pivot pivot = Pivot::beam;
  Vector3 beam_direction;
  Vector3 polarization_axis;
  Vector3 twotheta_axis;
  double twotheta_rad = 0;
  double Xbeam_m = 0, Ybeam_m = 0;  // as given or defaulted, for the SMV header
  std::vector<Panel> panels;        // one, until several can be set
  std::vector<Source> sources;
  Crystal crystal;
  std::vector<SharedStructureFactors> structure_factor_sets;  // one (possibly null), until several can be set
  double default_F = 0;
  bool tricubic = false;  // at the start of the run
  std::shared_ptr<const Mask> mask;

  double wavelength_m = 0;  // central ray
  double fluence_per_m2 = 0;
  bool polarization = true;
  double polarization_factor = 0;
  int oversample = 1;
  int recommended_oversample = 1;
  bool oversample_thick = false, oversample_polar = false, oversample_omega = false;
  double dmin_m = 0;
  double tail_tolerance = 0;
  double water_m = 0;
  double background = 0;  // I_bg of physics.md 9

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

// Resolves defaults and automatic choices and checks the whole. Throws Error(inconsistent_scene) and others.
Scene resolve(const Parameters& parameters, const SceneData& data);

}  // namespace nbt
