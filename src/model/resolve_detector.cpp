// Axes, pixel grid, beam centre, rotations, layers (physics.md 3 and 5.3).
#include <cmath>
#include <limits>

#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

template <class Real>
bool accepts_vectors(const SceneOf<Real>& scene) {
  return scene.convention == Convention::custom || !scene.compatibility.reference(Quirk::custom_convention);
}

template <class Real>
VectorOf<Real> axis(const Inputs<Real>& inputs, Id id, const Vector3& convention_vector, SceneOf<Real>& scene) {
  const VectorOf<Real> of_convention = constant_vector<Real>(convention_vector);
  if (!inputs.given(id)) {
    return accepts_vectors(scene) ? with_tangent(of_convention, inputs.tangent_vector(id)) : of_convention;
  }
  const VectorOf<Real> given = inputs.vector(id);
  if (length(given) == 0) throw Error(Status::out_of_range, std::string(parameter_info(id).name) + " has no length");
  if (accepts_vectors(scene)) return given;
  scene.warnings.push_back(std::string(parameter_info(id).name) + " has no effect outside the custom convention");
  return of_convention;
}

template <class Real>
Pivot resolve_pivot(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  const ConventionRow& row = convention_row(scene.convention);
  const bool given = !inputs.automatic(Id::detector_pivot);
  const Pivot wanted = inputs.text(Id::detector_pivot) == "sample" ? Pivot::sample : Pivot::beam;
  if (!row.forced_pivot) return given ? wanted : Pivot::beam;
  if (!given || !scene.compatibility.reference(Quirk::forced_pivot)) return given ? wanted : *row.forced_pivot;
  if (wanted != *row.forced_pivot) {
    scene.warnings.push_back("the pivot is forced by the " + std::string(row.name) + " convention");
  }
  return *row.forced_pivot;
}

// Pixel counts win over sizes; the size keeps its value when it is not a whole number of pixels (3.1).
template <class Real>
struct Extent {
  Real length_m;
  std::int64_t pixels;
};
template <class Real>
Extent<Real> resolve_extent(const Inputs<Real>& inputs, int component, const Real& pixel_m) {
  const std::int64_t pixels = inputs.integer(Id::detector_pixels, component);
  const Real length_m =
      pixels > 0 ? pixel_m * static_cast<double>(pixels) : inputs.real(Id::detector_size_mm, component) / 1000.0;
  const double count = std::ceil(value_of(length_m / pixel_m - 0.5));
  if (!(count >= 1 && count <= 1e6)) {
    throw Error(Status::inconsistent_scene, "a detector edge of " + number_text(value_of(length_m * 1000)) +
                                                " mm with pixels of " + number_text(value_of(pixel_m * 1000)) +
                                                " mm makes " + number_text(count) +
                                                " pixels; 1 to 1000000 are allowed");
  }
  return {length_m, static_cast<std::int64_t>(count)};
}

// Where the reference points lie on the detector, metres along fast and slow from the corner (3.3).
template <class Real>
struct ReferencePoints {
  Real fast_beam, slow_beam;    // F_b, S_b
  Real fast_close, slow_close;  // Fc, Sc
};

// A value that was not given moves all the same.
template <class Real>
Real millimetres_or(const Inputs<Real>& inputs, Id id, const Real& otherwise_m) {
  return inputs.given(id) ? inputs.real(id) / 1000.0 : with_tangent(otherwise_m, inputs.tangent(id) / 1000.0);
}

template <class Real>
void set_beam_defaults(const Inputs<Real>& inputs, const Real& pixel_m, const Extent<Real>& fast,
                       const Extent<Real>& slow, const ReferencePoints<Real>& near, SceneOf<Real>& scene) {
  Real x = 0, y = 0;
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
      x = millimetres_or(inputs, Id::detector_Xclose_mm, near.fast_close);
      y = millimetres_or(inputs, Id::detector_Yclose_mm, near.slow_close);
  }
  scene.Xbeam_m = millimetres_or(inputs, Id::detector_Xbeam_mm, x);
  scene.Ybeam_m = millimetres_or(inputs, Id::detector_Ybeam_mm, y);
}

template <class Real>
void map_beam_center(const Real& pixel_m, const Extent<Real>& slow, const SceneOf<Real>& scene,
                     ReferencePoints<Real>& points) {
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
template <class Real>
void honour_or_warn_beam_center(const Inputs<Real>& inputs, SceneOf<Real>& scene, ReferencePoints<Real>& points) {
  const bool beam_given = inputs.given(Id::detector_Xbeam_mm) || inputs.given(Id::detector_Ybeam_mm);
  const bool org_given = inputs.given(Id::detector_ORGX_pixels) || inputs.given(Id::detector_ORGY_pixels);
  const bool near_given = inputs.given(Id::detector_Xclose_mm) || inputs.given(Id::detector_Yclose_mm);
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

template <class Real>
Real origin_pixel_or_middle(const Inputs<Real>& inputs, Id id, const Real& pixel_m, const Extent<Real>& extent) {
  if (inputs.given(id)) return (inputs.real(id) - 0.5) * pixel_m;
  return with_tangent(extent.length_m / 2.0, inputs.tangent(id) * value_of(pixel_m));
}

template <class Real>
ReferencePoints<Real> resolve_reference_points(const Inputs<Real>& inputs, const Real& pixel_m,
                                               const Extent<Real>& fast, const Extent<Real>& slow,
                                               SceneOf<Real>& scene) {
  ReferencePoints<Real> points{};
  points.fast_close = origin_pixel_or_middle(inputs, Id::detector_ORGX_pixels, pixel_m, fast);
  points.slow_close = origin_pixel_or_middle(inputs, Id::detector_ORGY_pixels, pixel_m, slow);
  set_beam_defaults(inputs, pixel_m, fast, slow, points, scene);
  map_beam_center(pixel_m, slow, scene, points);
  honour_or_warn_beam_center(inputs, scene, points);
  return points;
}

template <class Real>
struct DetectorRotation {
  VectorOf<Real> angles;
  VectorOf<Real> twotheta_axis;
  Real twotheta;

  VectorOf<Real> operator()(const VectorOf<Real>& v) const {
    return rotate_about(rotate_xyz(v, angles), twotheta_axis, twotheta);
  }
};

template <class Real>
VectorOf<Real> combine(const Real& f, const VectorOf<Real>& fast, const Real& s, const VectorOf<Real>& slow,
                       const std::type_identity_t<Real>& o, const VectorOf<Real>& normal) {
  return -f * fast - s * slow + o * normal;
}

template <class Real>
Real nonzero(const Real& ratio) {
  return ratio == 0 ? Real(std::numeric_limits<double>::min()) : ratio;
}

template <class Real>
VectorOf<Real> origin_or(const Inputs<Real>& inputs, const VectorOf<Real>& otherwise_m) {
  constexpr Id id = Id::detector_origin_mm;
  if (!inputs.given(id)) return with_tangent(otherwise_m, 1.0 / 1000.0 * inputs.tangent_vector(id));
  const VectorOf<Real> mm = inputs.vector(id);
  return {mm.x / 1000.0, mm.y / 1000.0, mm.z / 1000.0};
}

// Section 3.5: orients the axes and places the corner of the first pixel.
template <class Real>
void place_panel(const Inputs<Real>& inputs, const AxesOf<Real>& axes, const ReferencePoints<Real>& points,
                 SceneOf<Real>& scene, PanelOf<Real>& panel) {
  using std::fabs;
  const VectorOf<Real> degrees = inputs.vector(Id::detector_rotation_deg);
  const DetectorRotation<Real> rotation{
      {degrees.x / degrees_per_radian, degrees.y / degrees_per_radian, degrees.z / degrees_per_radian},
      axes.twotheta,
      scene.twotheta_rad};
  // Near distance over beam distance. The reference leaves two-theta out, which the reported values show [Q06].
  const Real ratio = nonzero(dot(axes.beam, rotate_xyz(axes.normal, rotation.angles)));
  const Real distance_m = inputs.real(Id::detector_distance_mm) / 1000.0;
  const Real close_m = millimetres_or<Real>(inputs, Id::detector_close_distance_mm, fabs(ratio * distance_m));
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
  panel.origin_m = origin_or(inputs, panel.origin_m);
  panel.fast_close_m = -dot(panel.origin_m, panel.fast);
  panel.slow_close_m = -dot(panel.origin_m, panel.slow);
  panel.close_distance_m = dot(panel.origin_m, panel.normal);
  const bool without_twotheta = scene.compatibility.reference(Quirk::twotheta_ratio);
  panel.distance_m = panel.close_distance_m / (without_twotheta ? ratio : nonzero(dot(axes.beam, panel.normal)));
  const VectorOf<Real> from_corner = panel.distance_m * axes.beam - panel.origin_m;
  panel.fast_beam_m = dot(panel.fast, from_corner);
  panel.slow_beam_m = dot(panel.slow, from_corner);
}

template <class Real>
void check_panel(const PanelOf<Real>& panel, const SceneOf<Real>& scene) {
  const double obliquity = value_of(dot(scene.beam_direction, panel.normal));
  if (std::fabs(obliquity) < 1e-12 && scene.pivot == Pivot::beam) {
    throw Error(Status::inconsistent_scene,
                "the detector plane is parallel to the beam and turns about the beam spot: "
                "its distance would be infinite");
  }
  for (const Real& value : {panel.origin_m.x, panel.origin_m.y, panel.origin_m.z, panel.distance_m}) {
    if (!std::isfinite(value_of(value))) {
      throw Error(Status::inconsistent_scene, "the detector has no finite position; check distance and axes");
    }
  }
  if (panel.close_distance_m == 0) {
    throw Error(Status::inconsistent_scene, "the detector plane goes through the sample: its distance is 0");
  }
}

// Where the direct beam really hits the plane, two-theta included; a curved detector is centred there (3.6).
template <class Real>
void find_true_beam(const SceneOf<Real>& scene, PanelOf<Real>& panel) {
  const Real along = panel.close_distance_m / dot(scene.beam_direction, panel.normal);
  const VectorOf<Real> from_corner = along * scene.beam_direction - panel.origin_m;
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

template <class Real>
AxesOf<Real> resolve_axes(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  scene.convention = convention_by_name(inputs.text(Id::detector_convention));
  scene.pivot = resolve_pivot(inputs, scene);
  const ConventionRow& row = convention_row(scene.convention);
  AxesOf<Real> axes;
  axes.beam = unit(axis(inputs, Id::beam_direction, row.beam, scene));
  axes.fast = unit(axis(inputs, Id::detector_fast_axis, row.fast, scene));
  axes.slow = unit(axis(inputs, Id::detector_slow_axis, row.slow, scene));
  axes.polarization = unit(axis(inputs, Id::beam_polarization_axis, row.polarization, scene));
  axes.spindle = unit(axis(inputs, Id::goniometer_spindle_axis, row.spindle, scene));
  axes.twotheta = axis(inputs, Id::detector_twotheta_axis, row.twotheta, scene);
  if (!scene.compatibility.reference(Quirk::raw_twotheta_axis)) axes.twotheta = unit(axes.twotheta);

  const VectorOf<Real> normal = axis(inputs, Id::detector_normal_axis, row.normal, scene);
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
  scene.twotheta_rad = inputs.real(Id::detector_twotheta_deg) / degrees_per_radian;
  scene.crystal.spindle = axes.spindle;
  return axes;
}

template <class Real>
void resolve_panel(const Inputs<Real>& inputs, const AxesOf<Real>& axes, SceneOf<Real>& scene) {
  PanelOf<Real> panel;
  panel.pixel_size_m = inputs.real(Id::detector_pixel_size_mm) / 1000.0;
  const Extent<Real> fast = resolve_extent(inputs, 0, panel.pixel_size_m);
  const Extent<Real> slow = resolve_extent(inputs, 1, panel.pixel_size_m);
  panel.fast_count = fast.pixels;
  panel.slow_count = slow.pixels;
  const ReferencePoints<Real> points = resolve_reference_points(inputs, panel.pixel_size_m, fast, slow, scene);
  place_panel(inputs, axes, points, scene, panel);
  check_panel(panel, scene);
  find_true_beam(scene, panel);
  panel.curved = inputs.boolean(Id::detector_curved);
  panel.curved_lab_axes = scene.compatibility.reference(Quirk::curved_lab_axes);
  panel.point_pixel = inputs.boolean(Id::detector_point_pixel);
  panel.region = resolve_region(inputs.parameters(), panel.fast_count, panel.slow_count);
  if (panel.region.empty()) {
    scene.warnings.push_back("detector.roi holds no pixel of the detector of " + std::to_string(panel.fast_count) +
                             " x " + std::to_string(panel.slow_count) + ": the image is empty");
  }
  if (panel.distance_m < 0) {
    scene.warnings.push_back("the detector is turned away by more than 90 degrees: its distance is negative");
  }
  scene.panels.push_back(panel);
}

template <class Real>
void resolve_layers(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  PanelOf<Real>& panel = scene.panels.front();
  const Real thickness_m = inputs.real(Id::detector_thickness_um) * 1e-6;
  const std::int64_t given =
      inputs.given(Id::detector_thickness_steps) ? inputs.integer(Id::detector_thickness_steps) : 0;
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

  if (!inputs.given(Id::detector_attenuation_depth_um)) {
    panel.attenuation_per_m = 1.0 / with_tangent(thickness_m, inputs.tangent(Id::detector_attenuation_depth_um) * 1e-6);
    scene.warnings.push_back("detector.attenuation_depth_um is not given: the thickness is taken");
    return;
  }
  const Real depth_um = inputs.real(Id::detector_attenuation_depth_um);
  panel.attenuation_per_m = depth_um > 0 ? 1.0 / (depth_um * 1e-6) : Real(0);
  if (depth_um == 0 && !scene.compatibility.reference(Quirk::thick_zero_black)) {
    throw Error(Status::inconsistent_scene,
                "a sensor thickness with an infinite attenuation depth stops no photon; give "
                "detector.attenuation_depth_um above 0, or detector.thickness_um = 0 to count all");
  }
}

template AxesOf<double> resolve_axes(const Inputs<double>&, SceneOf<double>&);
template AxesOf<Dual> resolve_axes(const Inputs<Dual>&, SceneOf<Dual>&);
template void resolve_panel(const Inputs<double>&, const AxesOf<double>&, SceneOf<double>&);
template void resolve_panel(const Inputs<Dual>&, const AxesOf<Dual>&, SceneOf<Dual>&);
template void resolve_layers(const Inputs<double>&, SceneOf<double>&);
template void resolve_layers(const Inputs<Dual>&, SceneOf<Dual>&);

}  // namespace nbt
