// Axes, pixel grid, beam centre, rotations, layers (physics.md 3 and 5.3).
#include <cmath>
#include <limits>

#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

bool accepts_vectors(const Scene& scene) {
  return scene.convention == Convention::custom || !scene.compatibility.reference(Quirk::custom_convention);
}

Vector3 axis(const Parameters& parameters, Id id, const Vector3& of_convention, Scene& scene) {
  if (!parameters.given(id)) return of_convention;
  const Vector3 given = vector_parameter(parameters, id);
  if (length(given) == 0) throw Error(Status::out_of_range, std::string(parameter_info(id).name) + " has no length");
  if (accepts_vectors(scene)) return given;
  scene.warnings.push_back(std::string(parameter_info(id).name) + " has no effect outside the custom convention");
  return of_convention;
}

Pivot resolve_pivot(const Parameters& parameters, Scene& scene) {
  const ConventionRow& row = convention_row(scene.convention);
  const bool given = !parameters.automatic(Id::detector_pivot);
  const Pivot wanted = parameters.text(Id::detector_pivot) == "sample" ? Pivot::sample : Pivot::beam;
  if (!row.forced_pivot) return given ? wanted : Pivot::beam;
  if (!given || !scene.compatibility.reference(Quirk::forced_pivot)) return given ? wanted : *row.forced_pivot;
  if (wanted != *row.forced_pivot) {
    scene.warnings.push_back("the pivot is forced by the " + std::string(row.name) + " convention");
  }
  return *row.forced_pivot;
}

// Pixel counts win over sizes; the size keeps its value when it is not a whole number of pixels (3.1).
struct Extent {
  double length_m;
  std::int64_t pixels;
};
Extent resolve_extent(const Parameters& parameters, int component, double pixel_m) {
  const std::int64_t pixels = parameters.integer(Id::detector_pixels, component);
  const double length_m =
      pixels > 0 ? pixel_m * static_cast<double>(pixels) : parameters.real(Id::detector_size_mm, component) / 1000.0;
  const double count = std::ceil(length_m / pixel_m - 0.5);
  if (!(count >= 1 && count <= 1e6)) {
    throw Error(Status::inconsistent_scene, "a detector edge of " + number_text(length_m * 1000) +
                                                " mm with pixels of " + number_text(pixel_m * 1000) + " mm makes " +
                                                number_text(count) + " pixels; 1 to 1000000 are allowed");
  }
  return {length_m, static_cast<std::int64_t>(count)};
}

// Where the reference points lie on the detector, metres along fast and slow from the corner (3.3).
struct ReferencePoints {
  double fast_beam, slow_beam;    // F_b, S_b
  double fast_close, slow_close;  // Fc, Sc
};

double millimetres_or(const Parameters& parameters, Id id, double otherwise_m) {
  return parameters.given(id) ? parameters.real(id) / 1000.0 : otherwise_m;
}

void set_beam_defaults(const Parameters& parameters, double pixel_m, const Extent& fast, const Extent& slow,
                       const ReferencePoints& near, Scene& scene) {
  double x = 0, y = 0;
  switch (scene.convention) {
    case Convention::adxv:
      x = (fast.length_m + pixel_m) / 2.0;
      y = (slow.length_m - pixel_m) / 2.0;
      break;
    case Convention::mosflm:
    case Convention::denzo:
      x = (slow.length_m + pixel_m) / 2.0;
      y = (fast.length_m + pixel_m) / 2.0;
      break;
    default:
      x = millimetres_or(parameters, Id::detector_Xclose_mm, near.fast_close);
      y = millimetres_or(parameters, Id::detector_Yclose_mm, near.slow_close);
  }
  scene.Xbeam_m = millimetres_or(parameters, Id::detector_Xbeam_mm, x);
  scene.Ybeam_m = millimetres_or(parameters, Id::detector_Ybeam_mm, y);
}

void map_beam_center(double pixel_m, const Extent& slow, const Scene& scene, ReferencePoints& points) {
  switch (scene.convention) {
    case Convention::adxv:
      points.fast_beam = scene.Xbeam_m;
      points.slow_beam = slow.length_m - scene.Ybeam_m;
      break;
    case Convention::mosflm:
      points.fast_beam = scene.Ybeam_m + 0.5 * pixel_m;
      points.slow_beam = scene.Xbeam_m + 0.5 * pixel_m;
      break;
    case Convention::denzo:
      points.fast_beam = scene.Ybeam_m;
      points.slow_beam = scene.Xbeam_m;
      break;
    case Convention::custom:
      points.fast_close = scene.Xbeam_m;
      points.slow_close = scene.Ybeam_m;
      [[fallthrough]];
    default:
      points.fast_beam = scene.Xbeam_m;
      points.slow_beam = scene.Ybeam_m;
  }
}

// Beam-centre options that a convention ignores [Q05], honoured by --fix beam-center-ignored.
void honour_or_warn_beam_center(const Parameters& parameters, Scene& scene, ReferencePoints& points) {
  const bool beam_given = parameters.given(Id::detector_Xbeam_mm) || parameters.given(Id::detector_Ybeam_mm);
  const bool org_given = parameters.given(Id::detector_ORGX_pixels) || parameters.given(Id::detector_ORGY_pixels);
  const bool near_given = parameters.given(Id::detector_Xclose_mm) || parameters.given(Id::detector_Yclose_mm);
  const bool by_near = scene.convention == Convention::xds || scene.convention == Convention::dials;
  const bool by_beam = !by_near && scene.convention != Convention::custom;
  const bool honour = !scene.compatibility.reference(Quirk::beam_center_ignored);
  if (by_near && beam_given) {
    if (honour) {
      points.fast_close = points.fast_beam;
      points.slow_close = points.slow_beam;
    } else {
      scene.warnings.push_back("Xbeam and Ybeam have no effect on the geometry in this convention");
    }
  }
  if (by_beam && org_given) {
    if (honour && !beam_given) {
      points.fast_beam = points.fast_close;
      points.slow_beam = points.slow_close;
    } else {
      scene.warnings.push_back("ORGX and ORGY have no effect on the geometry in this convention");
    }
  }
  if (!honour && near_given && scene.convention != Convention::custom) {
    scene.warnings.push_back("Xclose and Yclose have no effect on the geometry in this convention");
  }
}

ReferencePoints resolve_reference_points(const Parameters& parameters, double pixel_m, const Extent& fast,
                                         const Extent& slow, Scene& scene) {
  ReferencePoints points{};
  points.fast_close = parameters.given(Id::detector_ORGX_pixels)
                          ? (parameters.real(Id::detector_ORGX_pixels) - 0.5) * pixel_m
                          : fast.length_m / 2.0;
  points.slow_close = parameters.given(Id::detector_ORGY_pixels)
                          ? (parameters.real(Id::detector_ORGY_pixels) - 0.5) * pixel_m
                          : slow.length_m / 2.0;
  set_beam_defaults(parameters, pixel_m, fast, slow, points, scene);
  map_beam_center(pixel_m, slow, scene, points);
  honour_or_warn_beam_center(parameters, scene, points);
  return points;
}

struct DetectorRotation {
  Vector3 angles;
  Vector3 twotheta_axis;
  double twotheta;

  Vector3 operator()(const Vector3& v) const { return rotate_about(rotate_xyz(v, angles), twotheta_axis, twotheta); }
};

Vector3 combine(double f, const Vector3& fast, double s, const Vector3& slow, double o, const Vector3& normal) {
  return -f * fast - s * slow + o * normal;
}

double nonzero(double ratio) {
  return ratio == 0 ? std::numeric_limits<double>::min() : ratio;
}

Vector3 given_origin(const Parameters& parameters) {
  const Vector3 mm = vector_parameter(parameters, Id::detector_origin_mm);
  return {mm.x / 1000.0, mm.y / 1000.0, mm.z / 1000.0};
}

// Section 3.5: orients the axes and places the corner of the first pixel.
void place_panel(const Parameters& parameters, const Axes& axes, const ReferencePoints& points, Scene& scene,
                 Panel& panel) {
  const Vector3 degrees = vector_parameter(parameters, Id::detector_rotation_deg);
  const DetectorRotation rotation{
      {degrees.x / degrees_per_radian, degrees.y / degrees_per_radian, degrees.z / degrees_per_radian},
      axes.twotheta,
      scene.twotheta_rad};
  // Near distance over beam distance. The reference leaves two-theta out, which the reported values show [Q06].
  const double ratio = nonzero(dot(axes.beam, rotate_xyz(axes.normal, rotation.angles)));
  const double distance_m = parameters.real(Id::detector_distance_mm) / 1000.0;
  const double close_m = millimetres_or(parameters, Id::detector_close_distance_mm, std::fabs(ratio * distance_m));
  if (scene.pivot == Pivot::sample) {
    panel.origin_m =
        rotation(combine(points.fast_close, axes.fast, points.slow_close, axes.slow, close_m, axes.normal));
  }
  panel.fast = rotation(axes.fast);
  panel.slow = rotation(axes.slow);
  panel.normal = rotation(axes.normal);
  if (scene.pivot == Pivot::beam) {
    panel.origin_m = combine(points.fast_beam, panel.fast, points.slow_beam, panel.slow, close_m / ratio, axes.beam);
  }
  if (parameters.given(Id::detector_origin_mm)) panel.origin_m = given_origin(parameters);
  panel.fast_close_m = -dot(panel.origin_m, panel.fast);
  panel.slow_close_m = -dot(panel.origin_m, panel.slow);
  panel.close_distance_m = dot(panel.origin_m, panel.normal);
  const bool without_twotheta = scene.compatibility.reference(Quirk::twotheta_ratio);
  panel.distance_m = panel.close_distance_m / (without_twotheta ? ratio : nonzero(dot(axes.beam, panel.normal)));
  const Vector3 from_corner = panel.distance_m * axes.beam - panel.origin_m;
  panel.fast_beam_m = dot(panel.fast, from_corner);
  panel.slow_beam_m = dot(panel.slow, from_corner);
}

void check_panel(const Panel& panel, const Scene& scene) {
  const double obliquity = dot(scene.beam_direction, panel.normal);
  if (std::fabs(obliquity) < 1e-12 && scene.pivot == Pivot::beam) {
    throw Error(Status::inconsistent_scene,
                "the detector plane is parallel to the beam and turns about the beam spot: "
                "its distance would be infinite");
  }
  for (const double value : {panel.origin_m.x, panel.origin_m.y, panel.origin_m.z, panel.distance_m}) {
    if (!std::isfinite(value)) {
      throw Error(Status::inconsistent_scene, "the detector has no finite position; check distance and axes");
    }
  }
  if (panel.close_distance_m == 0) {
    throw Error(Status::inconsistent_scene, "the detector plane goes through the sample: its distance is 0");
  }
}

// Where the direct beam really hits the plane, two-theta included; a curved detector is centred there (3.6).
void find_true_beam(const Scene& scene, Panel& panel) {
  const double along = panel.close_distance_m / dot(scene.beam_direction, panel.normal);
  const Vector3 from_corner = along * scene.beam_direction - panel.origin_m;
  panel.true_fast_beam_m = dot(panel.fast, from_corner);
  panel.true_slow_beam_m = dot(panel.slow, from_corner);
}

// Negative limits mean the edge. The reference lets the upper ones pass the detector by one; nothing is there.
Region resolve_region(const Parameters& parameters, std::int64_t fast_count, std::int64_t slow_count) {
  if (!parameters.given(Id::detector_roi)) return whole_detector(fast_count, slow_count);
  const auto limit = [&](int i, std::int64_t edge) {
    const std::int64_t value = parameters.integer(Id::detector_roi, i);
    return value < 0 ? edge : value;
  };
  return clipped({limit(0, 0), limit(1, fast_count), limit(2, 0), limit(3, slow_count)}, fast_count, slow_count);
}

}  // namespace

Axes resolve_axes(const Parameters& parameters, Scene& scene) {
  scene.convention = convention_by_name(parameters.text(Id::detector_convention));
  scene.pivot = resolve_pivot(parameters, scene);
  const ConventionRow& row = convention_row(scene.convention);
  Axes axes;
  axes.beam = unit(axis(parameters, Id::beam_direction, row.beam, scene));
  axes.fast = unit(axis(parameters, Id::detector_fast_axis, row.fast, scene));
  axes.slow = unit(axis(parameters, Id::detector_slow_axis, row.slow, scene));
  axes.polarization = unit(axis(parameters, Id::beam_polarization_axis, row.polarization, scene));
  axes.spindle = unit(axis(parameters, Id::goniometer_spindle_axis, row.spindle, scene));
  axes.twotheta = axis(parameters, Id::detector_twotheta_axis, row.twotheta, scene);
  if (!scene.compatibility.reference(Quirk::raw_twotheta_axis)) axes.twotheta = unit(axes.twotheta);

  const Vector3 normal = axis(parameters, Id::detector_normal_axis, row.normal, scene);
  axes.normal = unit(normal);
  if (scene.compatibility.reference(Quirk::odet_regenerate) && length(normal) != 1.0) {
    scene.warnings.push_back("the detector normal is not a unit vector: fast x slow is used instead");
    axes.normal = unit(cross(axes.fast, axes.slow));
  }
  if (length(cross(axes.fast, axes.slow)) < 1e-9) {
    throw Error(Status::inconsistent_scene, "the fast and slow axes of the detector are parallel");
  }
  scene.beam_direction = axes.beam;
  scene.polarization_axis = axes.polarization;
  scene.twotheta_axis = axes.twotheta;
  scene.twotheta_rad = parameters.real(Id::detector_twotheta_deg) / degrees_per_radian;
  scene.crystal.spindle = axes.spindle;
  return axes;
}

void resolve_panel(const Parameters& parameters, const Axes& axes, Scene& scene) {
  Panel panel;
  panel.pixel_size_m = parameters.real(Id::detector_pixel_size_mm) / 1000.0;
  const Extent fast = resolve_extent(parameters, 0, panel.pixel_size_m);
  const Extent slow = resolve_extent(parameters, 1, panel.pixel_size_m);
  panel.fast_count = fast.pixels;
  panel.slow_count = slow.pixels;
  const ReferencePoints points = resolve_reference_points(parameters, panel.pixel_size_m, fast, slow, scene);
  place_panel(parameters, axes, points, scene, panel);
  check_panel(panel, scene);
  find_true_beam(scene, panel);
  panel.curved = parameters.boolean(Id::detector_curved);
  panel.curved_lab_axes = scene.compatibility.reference(Quirk::curved_lab_axes);
  panel.point_pixel = parameters.boolean(Id::detector_point_pixel);
  panel.region = resolve_region(parameters, panel.fast_count, panel.slow_count);
  if (panel.distance_m < 0) {
    scene.warnings.push_back("the detector is turned away by more than 90 degrees: its distance is negative");
  }
  scene.panels.push_back(panel);
}

void resolve_layers(const Parameters& parameters, Scene& scene) {
  Panel& panel = scene.panels.front();
  const double thickness_m = parameters.real(Id::detector_thickness_um) * 1e-6;
  const std::int64_t given =
      parameters.given(Id::detector_thickness_steps) ? parameters.integer(Id::detector_thickness_steps) : 0;
  panel.layers = 1;
  if (thickness_m <= 0) return;
  std::int64_t count = given > 0 ? given : 2;
  panel.thickness_m = thickness_m;
  if (given > 0 && scene.compatibility.reference(Quirk::wide_layer_pitch)) {
    count = std::max<std::int64_t>(given, 2);
    panel.layer_pitch_m = thickness_m / static_cast<double>(count - 1);
  } else {
    panel.layer_pitch_m = thickness_m / static_cast<double>(count);
  }
  panel.layers = static_cast<int>(count);

  if (!parameters.given(Id::detector_attenuation_depth_um)) {
    panel.attenuation_per_m = 1.0 / thickness_m;
    scene.warnings.push_back("detector.attenuation_depth_um is not given: the thickness is taken");
    return;
  }
  const double depth_um = parameters.real(Id::detector_attenuation_depth_um);
  panel.attenuation_per_m = depth_um > 0 ? 1.0 / (depth_um * 1e-6) : 0;
  if (depth_um == 0 && !scene.compatibility.reference(Quirk::thick_zero_black)) {
    throw Error(Status::inconsistent_scene,
                "a sensor thickness with an infinite attenuation depth stops no photon; give "
                "detector.attenuation_depth_um above 0, or detector.thickness_um = 0 to count all");
  }
}

}  // namespace nbt
