#include "geometry.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace nbt::oracle {
namespace {

struct ConventionRow {
  VectorOf<Dual> beam, fast, slow, normal, twotheta, polar, spindle;
  Pivot pivot;
};

const ConventionRow& row_of(Convention convention) {
  static const ConventionRow adxv = {{0, 0, 1},  {1, 0, 0}, {0, -1, 0}, {0, 0, 1},
                                     {-1, 0, 0}, {1, 0, 0}, {1, 0, 0},  Pivot::beam};
  static const ConventionRow mosflm = {{1, 0, 0},  {0, 0, 1}, {0, -1, 0}, {1, 0, 0},
                                       {0, 0, -1}, {0, 0, 1}, {0, 0, 1},  Pivot::beam};
  static const ConventionRow xds = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1},
                                    {1, 0, 0}, {1, 0, 0}, {1, 0, 0}, Pivot::sample};
  static const ConventionRow dials = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1},
                                      {0, 1, 0}, {0, 1, 0}, {0, 1, 0}, Pivot::sample};
  static const ConventionRow custom = {{1, 0, 0}, {0, 0, 1}, {0, -1, 0}, {1, 0, 0},
                                       {0, 1, 0}, {0, 0, 1}, {0, 0, 1},  Pivot::beam};
  switch (convention) {
    case Convention::adxv:
      return adxv;
    case Convention::mosflm:
    case Convention::denzo:
      return mosflm;
    case Convention::xds:
      return xds;
    case Convention::dials:
      return dials;
    case Convention::custom:
      return custom;
  }
  throw std::logic_error("unknown convention");
}

bool takes_user_vectors(const Request& request, const Semantics& semantics) {
  return request.convention == Convention::custom || semantics.custom_convention;
}

// Fix custom-convention: a vector option replaces that vector alone, in the convention of the last convention flag.
Convention effective_convention(const Request& request, const Semantics& semantics) {
  return semantics.custom_convention ? request.named_convention : request.convention;
}

ConventionRow axes_before_rotation(const Request& request, const Semantics& semantics, const Motion& motion) {
  ConventionRow row = row_of(effective_convention(request, semantics));
  if (!takes_user_vectors(request, semantics)) return row;
  const auto given = [](const std::optional<Vector>& user, const VectorOf<Dual>& otherwise) {
    return user ? still(*user) : otherwise;
  };
  row.beam = motion.of("beam.direction", given(request.beam_axis, row.beam));
  row.fast = motion.of("detector.fast_axis", given(request.fast_axis, row.fast));
  row.slow = motion.of("detector.slow_axis", given(request.slow_axis, row.slow));
  row.normal = given(request.normal_axis, row.normal);
  row.twotheta = given(request.twotheta_axis, row.twotheta);
  row.polar = motion.of("beam.polarization_axis", given(request.polar_axis, row.polar));
  row.spindle = motion.of("goniometer.spindle_axis", given(request.spindle_axis, row.spindle));
  return row;
}

// Fix forced-pivot: the last pivot-setting option other than a convention flag decides in every convention.
Pivot effective_pivot(const Request& request, const Semantics& semantics) {
  const Convention convention = effective_convention(request, semantics);
  if (convention == Convention::custom) return request.pivot;
  const Pivot forced = row_of(convention).pivot;
  return semantics.forced_pivot ? request.pivot_option.value_or(forced) : forced;
}

Dual pixel_size(const Request& request, const Motion& motion) {
  return motion.of("detector.pixel_size_mm", request.pixel_size, 1e-3);
}

struct Sizes {
  Dual fast, slow;
};

Sizes detector_size(const Request& request, const Motion& motion) {
  const Dual p = pixel_size(request, motion);
  return {request.fast_pixels > 0 ? p * request.fast_pixels : request.fast_size,
          request.slow_pixels > 0 ? p * request.slow_pixels : request.slow_size};
}

int pixel_count(double size, double pixel) {
  return static_cast<int>(std::ceil(size / pixel - 0.5));
}

struct Centers {
  Dual x_beam, y_beam;          // as given or defaulted
  Dual fast_beam, slow_beam;    // F_b, S_b
  Dual fast_close, slow_close;  // Fc, Sc
};

Dual given_or(const std::optional<double>& given, const Dual& otherwise) {
  return given ? Dual(*given) : otherwise;
}

Dual moving_x_beam(const Request& request, const Motion& motion, const Dual& otherwise) {
  return motion.of("detector.Xbeam_mm", given_or(request.x_beam, otherwise), 1e-3);
}
Dual moving_y_beam(const Request& request, const Motion& motion, const Dual& otherwise) {
  return motion.of("detector.Ybeam_mm", given_or(request.y_beam, otherwise), 1e-3);
}

// Fix beam-center-ignored, conventions with pivot sample: Xbeam or Ybeam, else Xclose or Yclose, set the near point.
void use_every_center_for_near_point(const Request& request, Centers& c) {
  c.fast_close = request.x_beam ? c.x_beam : given_or(request.x_close, c.fast_close);
  c.slow_close = request.y_beam ? c.y_beam : given_or(request.y_close, c.slow_close);
}

// Fix beam-center-ignored, conventions with pivot beam: without Xbeam or Ybeam the near point serves as beam position.
void use_near_point_for_beam(const Request& request, const Centers& near_point, bool swapped, Centers& c) {
  const bool fast_given = swapped ? request.y_beam.has_value() : request.x_beam.has_value();
  const bool slow_given = swapped ? request.x_beam.has_value() : request.y_beam.has_value();
  if (!fast_given && (request.orgx || request.x_close)) c.fast_beam = near_point.x_beam;
  if (!slow_given && (request.orgy || request.y_close)) c.slow_beam = near_point.y_beam;
}

// ORGX and ORGY, given or those of the middle of the detector, move the near point by one pixel a unit.
Centers near_point_of(const Request& request, const Motion& motion) {
  const Dual p = pixel_size(request, motion);
  const auto [fast_size, slow_size] = detector_size(request, motion);
  Centers c{};
  c.fast_close = request.orgx ? (*request.orgx - 0.5) * p : fast_size / 2.0;
  c.slow_close = request.orgy ? (*request.orgy - 0.5) * p : slow_size / 2.0;
  c.fast_close = motion.of("detector.ORGX_pixels", c.fast_close, p.value);
  c.slow_close = motion.of("detector.ORGY_pixels", c.slow_close, p.value);
  c.x_beam = given_or(request.x_close, c.fast_close);
  c.y_beam = given_or(request.y_close, c.slow_close);
  return c;
}

Centers beam_centers(const Request& request, const Semantics& semantics, const Motion& motion) {
  const Dual p = pixel_size(request, motion);
  const auto [fast_size, slow_size] = detector_size(request, motion);
  const Centers near_point = near_point_of(request, motion);
  Centers c = near_point;
  const Convention convention = effective_convention(request, semantics);
  switch (convention) {
    case Convention::adxv:
      c.x_beam = moving_x_beam(request, motion, (fast_size + p) / 2.0);
      c.y_beam = moving_y_beam(request, motion, (slow_size - p) / 2.0);
      c.fast_beam = c.x_beam;
      c.slow_beam = slow_size - c.y_beam;
      break;
    case Convention::mosflm:
    case Convention::denzo: {
      c.x_beam = moving_x_beam(request, motion, (slow_size + p) / 2.0);
      c.y_beam = moving_y_beam(request, motion, (fast_size + p) / 2.0);
      const Dual half = convention == Convention::mosflm ? p / 2.0 : 0.0;
      c.fast_beam = c.y_beam + half;
      c.slow_beam = c.x_beam + half;
      break;
    }
    case Convention::xds:
    case Convention::dials:
    case Convention::custom:
      c.x_beam = moving_x_beam(request, motion, c.x_beam);
      c.y_beam = moving_y_beam(request, motion, c.y_beam);
      c.fast_beam = c.x_beam;
      c.slow_beam = c.y_beam;
      break;
  }
  if (convention == Convention::custom) {
    c.fast_close = c.x_beam;
    c.slow_close = c.y_beam;
  } else if (semantics.beam_center_ignored) {
    if (row_of(convention).pivot == Pivot::sample) {
      use_every_center_for_near_point(request, c);
    } else {
      use_near_point_for_beam(request, near_point, convention != Convention::adxv, c);
    }
  }
  return c;
}

// Fix odet-regenerate: a normal of any length is used as given.
VectorOf<Dual> detector_normal(const ConventionRow& row, const Semantics& semantics) {
  if (semantics.odet_regenerate && length(row.normal) > 0.0) return unit(row.normal);
  return length(row.normal) == 1.0 ? row.normal : unit(cross(unit(row.fast), unit(row.slow)));
}

Dual nonzero(const Dual& ratio) {
  return ratio == 0.0 ? std::numeric_limits<double>::min() : ratio;
}

void derive_reported_values(const Dual& ratio, GeometryOf<Dual>& g) {
  g.fast_close = -dot(g.origin, g.fast_axis);
  g.slow_close = -dot(g.origin, g.slow_axis);
  g.close_distance = dot(g.origin, g.normal_axis);
  const VectorOf<Dual> beam_spot = (g.close_distance / ratio) * g.beam_axis - g.origin;
  g.fast_beam = dot(g.fast_axis, beam_spot);
  g.slow_beam = dot(g.slow_axis, beam_spot);
  g.distance = g.close_distance / ratio;
}

void derive_true_beam_position(GeometryOf<Dual>& g) {
  const Dual ratio = nonzero(dot(g.beam_axis, g.normal_axis));
  const VectorOf<Dual> beam_spot = (g.close_distance / ratio) * g.beam_axis - g.origin;
  g.true_fast_beam = dot(g.fast_axis, beam_spot);
  g.true_slow_beam = dot(g.slow_axis, beam_spot);
}

void place_detector(const Request& request, const Semantics& semantics, const Motion& motion, const Centers& centers,
                    GeometryOf<Dual>& g) {
  const double degree = degrees_per_radian();
  const VectorOf<Dual> rotation = motion.of("detector.rotation_deg", still(request.rotation), 1.0 / degree);
  const Dual twotheta = motion.of("detector.twotheta_deg", request.twotheta, 1.0 / degree);
  const Dual ratio = nonzero(dot(g.beam_axis, rotate_xyz(g.normal_axis, rotation)));
  if (g.pivot == Pivot::beam && std::abs(ratio.value) == std::numeric_limits<double>::min()) {
    throw std::invalid_argument("the beam runs along the detector plane");  // [Q61]
  }
  const Dual distance = motion.of("detector.distance_mm", request.distance, 1e-3);
  const Dual close =
      motion.of("detector.close_distance_mm", given_or(request.close_distance, abs(ratio * distance)), 1e-3);
  const auto turned = [&](const VectorOf<Dual>& v) {
    return rotate_about(rotate_xyz(v, rotation), g.twotheta_axis, twotheta);
  };
  if (g.pivot == Pivot::sample) {
    g.origin = turned(-centers.fast_close * g.fast_axis + -centers.slow_close * g.slow_axis + close * g.normal_axis);
  }
  g.fast_axis = turned(g.fast_axis);
  g.slow_axis = turned(g.slow_axis);
  g.normal_axis = turned(g.normal_axis);
  if (g.pivot == Pivot::beam) {
    g.origin = -centers.fast_beam * g.fast_axis + -centers.slow_beam * g.slow_axis + (close / ratio) * g.beam_axis;
  }
  if (request.pix0 && !semantics.pix0_ignored) g.origin = motion.of("detector.origin_mm", still(*request.pix0), 1e-3);
  // Fix twotheta-ratio: the placement keeps its ratio, the reported values get the one that includes two-theta.
  derive_reported_values(semantics.twotheta_ratio ? nonzero(dot(g.beam_axis, g.normal_axis)) : ratio, g);
  derive_true_beam_position(g);
}

template <class Real>
VectorOf<Real> curved_position(const GeometryOf<Real>& g, const VectorOf<Real>& flat, const Real& fast_m,
                               const Real& slow_m) {
  const VectorOf<Real> direct = g.distance * g.beam_axis;
  if (g.curved_lab_axes) {
    return rotate_about(rotate_about(direct, g.slow_axis, flat.y / g.distance), g.fast_axis, flat.z / g.distance);
  }
  const Real x = fast_m - g.true_fast_beam, y = slow_m - g.true_slow_beam;
  return rotate_about(rotate_about(direct, unit(cross(g.beam_axis, g.fast_axis)), x / g.distance),
                      unit(cross(g.beam_axis, g.slow_axis)), y / g.distance);
}

}  // namespace

Geometry value_of(const GeometryOf<Dual>& g) {
  return {g.fast,
          g.slow,
          value_of(g.pixel_size),
          g.convention,
          g.pivot,
          value_of(g.fast_axis),
          value_of(g.slow_axis),
          value_of(g.normal_axis),
          value_of(g.origin),
          value_of(g.beam_axis),
          value_of(g.polar_axis),
          value_of(g.spindle_axis),
          value_of(g.twotheta_axis),
          value_of(g.vertical_axis),
          value_of(g.distance),
          value_of(g.close_distance),
          value_of(g.fast_beam),
          value_of(g.slow_beam),
          value_of(g.fast_close),
          value_of(g.slow_close),
          value_of(g.true_fast_beam),
          value_of(g.true_slow_beam),
          value_of(g.x_beam),
          value_of(g.y_beam),
          g.curved,
          g.curved_lab_axes,
          g.point_pixel};
}

GeometryOf<Dual> resolve_geometry(const Request& request, const Semantics& semantics, const Motion& motion) {
  if (!(request.pixel_size > 0.0)) throw std::invalid_argument("pixel size must be positive");
  GeometryOf<Dual> g;
  const auto sizes = detector_size(request, motion);
  g.fast = pixel_count(sizes.fast.value, request.pixel_size);
  g.slow = pixel_count(sizes.slow.value, request.pixel_size);
  if (g.fast < 1 || g.slow < 1) throw std::invalid_argument("the detector has no pixels");
  g.pixel_size = pixel_size(request, motion);
  g.convention = effective_convention(request, semantics);
  g.pivot = effective_pivot(request, semantics);
  g.curved = request.curved;
  g.curved_lab_axes = semantics.curved_lab_axes;
  g.point_pixel = request.point_pixel;

  const ConventionRow row = axes_before_rotation(request, semantics, motion);
  g.beam_axis = unit(row.beam);
  g.fast_axis = unit(row.fast);
  g.slow_axis = unit(row.slow);
  g.normal_axis = detector_normal(row, semantics);
  g.polar_axis = unit(row.polar);
  g.spindle_axis = unit(row.spindle);
  g.twotheta_axis = semantics.raw_twotheta_axis ? row.twotheta : unit(row.twotheta);
  g.vertical_axis = unit(cross(g.beam_axis, g.polar_axis));

  const Centers centers = beam_centers(request, semantics, motion);
  g.x_beam = centers.x_beam;
  g.y_beam = centers.y_beam;
  place_detector(request, semantics, motion, centers, g);
  return g;
}

template <class Real>
VectorOf<Real> pixel_position(const GeometryOf<Real>& g, const Real& fast_m, const Real& slow_m, double depth_m) {
  const VectorOf<Real> flat = fast_m * g.fast_axis + slow_m * g.slow_axis + depth_m * g.normal_axis + g.origin;
  return g.curved ? curved_position(g, flat, fast_m, slow_m) : flat;
}
template Vector pixel_position(const Geometry&, const double&, const double&, double);
template VectorOf<Dual> pixel_position(const GeometryOf<Dual>&, const Dual&, const Dual&, double);

template <class Real>
Real solid_angle(const GeometryOf<Real>& g, const Real& airpath_m) {
  if (g.point_pixel) return 1.0 / airpath_m / airpath_m;
  return g.pixel_size * g.pixel_size / airpath_m / airpath_m * g.close_distance / airpath_m;
}
template double solid_angle(const Geometry&, const double&);
template Dual solid_angle(const GeometryOf<Dual>&, const Dual&);

}  // namespace nbt::oracle
