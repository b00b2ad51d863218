#include "geometry.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace nbt::oracle {
namespace {

struct ConventionRow {
  Vector beam, fast, slow, normal, twotheta, polar, spindle;
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

ConventionRow axes_before_rotation(const Request& request, const Semantics& semantics) {
  ConventionRow row = row_of(effective_convention(request, semantics));
  if (!takes_user_vectors(request, semantics)) return row;
  row.beam = request.beam_axis.value_or(row.beam);
  row.fast = request.fast_axis.value_or(row.fast);
  row.slow = request.slow_axis.value_or(row.slow);
  row.normal = request.normal_axis.value_or(row.normal);
  row.twotheta = request.twotheta_axis.value_or(row.twotheta);
  row.polar = request.polar_axis.value_or(row.polar);
  row.spindle = request.spindle_axis.value_or(row.spindle);
  return row;
}

// Fix forced-pivot: the last pivot-setting option other than a convention flag decides in every convention.
Pivot effective_pivot(const Request& request, const Semantics& semantics) {
  const Convention convention = effective_convention(request, semantics);
  if (convention == Convention::custom) return request.pivot;
  const Pivot forced = row_of(convention).pivot;
  return semantics.forced_pivot ? request.pivot_option.value_or(forced) : forced;
}

struct Sizes {
  double fast, slow;
};

Sizes detector_size(const Request& request) {
  const double p = request.pixel_size;
  return {request.fast_pixels > 0 ? p * request.fast_pixels : request.fast_size,
          request.slow_pixels > 0 ? p * request.slow_pixels : request.slow_size};
}

int pixel_count(double size, double pixel) {
  return static_cast<int>(std::ceil(size / pixel - 0.5));
}

struct Centers {
  double x_beam, y_beam;          // as given or defaulted
  double fast_beam, slow_beam;    // F_b, S_b
  double fast_close, slow_close;  // Fc, Sc
};

// Fix beam-center-ignored, conventions with pivot sample: Xbeam or Ybeam, else Xclose or Yclose, set the near point.
void use_every_center_for_near_point(const Request& request, Centers& c) {
  c.fast_close = request.x_beam.value_or(request.x_close.value_or(c.fast_close));
  c.slow_close = request.y_beam.value_or(request.y_close.value_or(c.slow_close));
}

// Fix beam-center-ignored, conventions with pivot beam: without Xbeam or Ybeam the near point serves as beam position.
void use_near_point_for_beam(const Request& request, const Centers& near_point, bool swapped, Centers& c) {
  const bool fast_given = swapped ? request.y_beam.has_value() : request.x_beam.has_value();
  const bool slow_given = swapped ? request.x_beam.has_value() : request.y_beam.has_value();
  if (!fast_given && (request.orgx || request.x_close)) c.fast_beam = near_point.x_beam;
  if (!slow_given && (request.orgy || request.y_close)) c.slow_beam = near_point.y_beam;
}

Centers beam_centers(const Request& request, const Semantics& semantics) {
  const double p = request.pixel_size;
  const auto [fast_size, slow_size] = detector_size(request);
  Centers c{};
  c.fast_close = request.orgx ? (*request.orgx - 0.5) * p : fast_size / 2.0;
  c.slow_close = request.orgy ? (*request.orgy - 0.5) * p : slow_size / 2.0;
  c.x_beam = request.x_close.value_or(c.fast_close);
  c.y_beam = request.y_close.value_or(c.slow_close);
  const Centers near_point = c;
  const Convention convention = effective_convention(request, semantics);
  switch (convention) {
    case Convention::adxv:
      c.x_beam = request.x_beam.value_or((fast_size + p) / 2.0);
      c.y_beam = request.y_beam.value_or((slow_size - p) / 2.0);
      c.fast_beam = c.x_beam;
      c.slow_beam = slow_size - c.y_beam;
      break;
    case Convention::mosflm:
    case Convention::denzo: {
      c.x_beam = request.x_beam.value_or((slow_size + p) / 2.0);
      c.y_beam = request.y_beam.value_or((fast_size + p) / 2.0);
      const double half = convention == Convention::mosflm ? p / 2.0 : 0.0;
      c.fast_beam = c.y_beam + half;
      c.slow_beam = c.x_beam + half;
      break;
    }
    case Convention::xds:
    case Convention::dials:
    case Convention::custom:
      c.x_beam = request.x_beam.value_or(c.x_beam);
      c.y_beam = request.y_beam.value_or(c.y_beam);
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
Vector detector_normal(const ConventionRow& row, const Semantics& semantics) {
  if (semantics.odet_regenerate && length(row.normal) > 0.0) return unit(row.normal);
  return length(row.normal) == 1.0 ? row.normal : unit(cross(unit(row.fast), unit(row.slow)));
}

double nonzero(double ratio) {
  return ratio == 0.0 ? std::numeric_limits<double>::min() : ratio;
}

void derive_reported_values(double ratio, Geometry& g) {
  g.fast_close = -dot(g.origin, g.fast_axis);
  g.slow_close = -dot(g.origin, g.slow_axis);
  g.close_distance = dot(g.origin, g.normal_axis);
  const Vector beam_spot = (g.close_distance / ratio) * g.beam_axis - g.origin;
  g.fast_beam = dot(g.fast_axis, beam_spot);
  g.slow_beam = dot(g.slow_axis, beam_spot);
  g.distance = g.close_distance / ratio;
}

void derive_true_beam_position(Geometry& g) {
  const double ratio = nonzero(dot(g.beam_axis, g.normal_axis));
  const Vector beam_spot = (g.close_distance / ratio) * g.beam_axis - g.origin;
  g.true_fast_beam = dot(g.fast_axis, beam_spot);
  g.true_slow_beam = dot(g.slow_axis, beam_spot);
}

void place_detector(const Request& request, const Semantics& semantics, const Centers& centers, Geometry& g) {
  const double ratio = nonzero(dot(g.beam_axis, rotate_xyz(g.normal_axis, request.rotation)));
  if (g.pivot == Pivot::beam && std::abs(ratio) == std::numeric_limits<double>::min()) {
    throw std::invalid_argument("the beam runs along the detector plane");  // [Q61]
  }
  const double close = request.close_distance.value_or(std::abs(ratio * request.distance));
  const auto turned = [&](const Vector& v) {
    return rotate_about(rotate_xyz(v, request.rotation), g.twotheta_axis, request.twotheta);
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
  if (request.pix0 && !semantics.pix0_ignored) g.origin = *request.pix0;
  // Fix twotheta-ratio: the placement keeps its ratio, the reported values get the one that includes two-theta.
  derive_reported_values(semantics.twotheta_ratio ? nonzero(dot(g.beam_axis, g.normal_axis)) : ratio, g);
  derive_true_beam_position(g);
}

Vector curved_position(const Geometry& g, const Vector& flat, double fast_m, double slow_m) {
  const Vector direct = g.distance * g.beam_axis;
  if (g.curved_lab_axes) {
    return rotate_about(rotate_about(direct, g.slow_axis, flat.y / g.distance), g.fast_axis, flat.z / g.distance);
  }
  const double x = fast_m - g.true_fast_beam, y = slow_m - g.true_slow_beam;
  return rotate_about(rotate_about(direct, unit(cross(g.beam_axis, g.fast_axis)), x / g.distance),
                      unit(cross(g.beam_axis, g.slow_axis)), y / g.distance);
}

}  // namespace

Geometry resolve_geometry(const Request& request, const Semantics& semantics) {
  if (!(request.pixel_size > 0.0)) throw std::invalid_argument("pixel size must be positive");
  Geometry g;
  const auto sizes = detector_size(request);
  g.fast = pixel_count(sizes.fast, request.pixel_size);
  g.slow = pixel_count(sizes.slow, request.pixel_size);
  if (g.fast < 1 || g.slow < 1) throw std::invalid_argument("the detector has no pixels");
  g.pixel_size = request.pixel_size;
  g.convention = effective_convention(request, semantics);
  g.pivot = effective_pivot(request, semantics);
  g.curved = request.curved;
  g.curved_lab_axes = semantics.curved_lab_axes;
  g.point_pixel = request.point_pixel;

  const ConventionRow row = axes_before_rotation(request, semantics);
  g.beam_axis = unit(row.beam);
  g.fast_axis = unit(row.fast);
  g.slow_axis = unit(row.slow);
  g.normal_axis = detector_normal(row, semantics);
  g.polar_axis = unit(row.polar);
  g.spindle_axis = unit(row.spindle);
  g.twotheta_axis = semantics.raw_twotheta_axis ? row.twotheta : unit(row.twotheta);
  g.vertical_axis = unit(cross(g.beam_axis, g.polar_axis));

  const Centers centers = beam_centers(request, semantics);
  g.x_beam = centers.x_beam;
  g.y_beam = centers.y_beam;
  place_detector(request, semantics, centers, g);
  return g;
}

Vector pixel_position(const Geometry& g, double fast_m, double slow_m, double depth_m) {
  const Vector flat = fast_m * g.fast_axis + slow_m * g.slow_axis + depth_m * g.normal_axis + g.origin;
  return g.curved ? curved_position(g, flat, fast_m, slow_m) : flat;
}

double solid_angle(const Geometry& g, double airpath_m) {
  if (g.point_pixel) return 1.0 / airpath_m / airpath_m;
  return g.pixel_size * g.pixel_size / airpath_m / airpath_m * g.close_distance / airpath_m;
}

}  // namespace nbt::oracle
