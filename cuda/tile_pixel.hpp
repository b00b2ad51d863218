// One pixel of a tile on its way through layers, sub-pixels and sources: where it is, and the factors of physics.md 9.
//
// What a pixel gets is what src/cpu/vector_renderer.cpp and span_sight.cpp give it:
//
//   v = scale E (I + background B)
//   E = P_0 (cached polarization) Omega_0 (cached solid angle) C_last (capture of the last layer, compat)
//   I = sum of x f, or with the running product I = (I + x) f after every term
//   x = F_cell^2 F_latt^2 * source weight * C_t (capture cached per layer),  f = factors evaluated for every term
//   B = mean over sub-pixels and sources of the sum over layers of f C_t
#pragma once

#include "cuda/frozen_scene.hpp"
#include "cuda/lanes.hpp"

namespace nbt::cuda {

// The tile's place, the same for all its pixels: directions are d = sum_j w_j e_j as in src/cpu/kernels.hpp, with
// e = (P0, f) and w = (1, y)/R on a flat panel, the laboratory axes and d itself on a curved one.
struct TilePlace {
  int layer = 0;
  bool first_of_layer = true;
  double basis[3][3] = {};
  double anchor_fast = 0;  // pixel in the tile's middle
  double fast_m = 0;       // of the sub-pixel there, from the panel's corner
  double slow_m = 0;

  NBT_KERNEL_FN bool first() const { return layer == 0 && first_of_layer; }
};

struct TilePixel {
  bool active = false;
  bool kept = true;  // by dmin, for the current source
  Lookup lookup = Lookup::constant;
  double w[3] = {};
  double solid_angle = 1;  // these two: of the current sub-pixel, or the cached one
  double capture = 1;
  double factors = 1;  // those that are evaluated for every term
  double first_polarization = 0;
  double sweep_0_polarization = 0;
  double terms = 0;  // of the current source or sources
  double background = 0;
  double total = 0;
};

NBT_KERNEL_FN double dot3(const double (&a)[3], const double (&b)[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

// v.d
NBT_KERNEL_FN double along_direction(const TilePlace& place, const TilePixel& pixel, const double (&v)[3]) {
  const double sum = one_lane::Projection2(pixel.w[0], pixel.w[1], dot3(v, place.basis[0]), dot3(v, place.basis[1]));
  return one_lane::ops::MulAdd(dot3(v, place.basis[2]), pixel.w[2], sum);
}

NBT_KERNEL_FN TilePlace tile_place(const FrozenScene& scene, std::int64_t slow, std::int64_t first_fast, int layer,
                                   int sub_slow, int sub_fast) {
  const FrozenPanel& panel = scene.panel;
  const double pitch_m = panel.pixel_size_m / scene.oversample;
  TilePlace place;
  place.layer = layer;
  place.first_of_layer = sub_slow == 0 && sub_fast == 0;
  place.anchor_fast = static_cast<double>(first_fast + tile_pixels / 2);
  place.fast_m = pitch_m * (place.anchor_fast * scene.oversample + sub_fast) + pitch_m / 2;
  place.slow_m = pitch_m * (static_cast<double>(slow) * scene.oversample + sub_slow) + pitch_m / 2;
  const double depth_m = layer * panel.layer_pitch_m;
  for (int axis = 0; axis < 3; ++axis) {
    if (panel.curved) {
      place.basis[axis][axis] = 1;
    } else {
      place.basis[0][axis] = place.fast_m * panel.fast[axis] + place.slow_m * panel.slow[axis] +
                             depth_m * panel.normal[axis] + panel.origin_m[axis];
      place.basis[1][axis] = panel.fast[axis];
    }
  }
  return place;
}

NBT_KERNEL_FN double inverse_length(double x, double y, double z) {
  using namespace one_lane;  // NOLINT: the vocabulary
  return ops::ReciprocalSqrt(DoubleLane(), ops::MulAdd(x, x, ops::MulAdd(y, y, z * z)));
}

// The angles by which a pixel of a curved panel is turned from where the direct beam meets it.
NBT_KERNEL_FN void curved_angles(const FrozenScene& scene, const TilePlace& place, double along_m, double& angle1,
                                 double& angle2) {
  const FrozenPanel& panel = scene.panel;
  const double fast_m = place.fast_m + along_m;
  if (panel.lab_axes) {
    const double depth_m = place.layer * panel.layer_pitch_m;
    double flat[3];
    for (int axis = 0; axis < 3; ++axis) {
      flat[axis] = fast_m * panel.fast[axis] + place.slow_m * panel.slow[axis] + depth_m * panel.normal[axis] +
                   panel.origin_m[axis];
    }
    angle1 = flat[1] / panel.distance_m;
    angle2 = flat[2] / panel.distance_m;
  } else {
    angle1 = (fast_m - panel.true_fast_beam_m) / panel.distance_m;
    angle2 = (place.slow_m - panel.true_slow_beam_m) / panel.distance_m;
  }
}

NBT_KERNEL_FN void place_curved(const FrozenScene& scene, const TilePlace& place, double along_m, double (&w)[3],
                                double& inverse) {
  const FrozenPanel& panel = scene.panel;
  const DoubleLane d;
  double angle1, angle2;
  curved_angles(scene, place, along_m, angle1, angle2);
  double x, y, z;
  one_lane::CurvedPosition(d, panel.straight_m, panel.axis1, angle1, panel.axis2, angle2, x, y, z);
  inverse = inverse_length(x, y, z);
  w[0] = x * inverse;
  w[1] = y * inverse;
  w[2] = z * inverse;
}

NBT_KERNEL_FN void set_solid_angle(const FrozenPanel& panel, double inverse, TilePixel& pixel) {
  const DoubleLane d;
  pixel.solid_angle =
      panel.point_pixel
          ? one_lane::PointSolidAngle(d, inverse, 1.0)
          : one_lane::SolidAngle(d, inverse, panel.pixel_size_m * panel.pixel_size_m * panel.close_distance_m);
}

NBT_KERNEL_FN void set_capture(const FrozenScene& scene, const TilePlace& place, TilePixel& pixel) {
  const double obliquity = along_direction(place, pixel, scene.panel.normal);
  pixel.capture = one_lane::CaptureFraction(DoubleLane(), obliquity, place.layer, scene.panel.absorption);
}

// Direction, and where they are wanted solid angle and capture fraction.
NBT_KERNEL_FN void place_pixel(const FrozenScene& scene, const TilePlace& place, double fast, TilePixel& pixel) {
  const double along_m = (fast - place.anchor_fast) * scene.panel.pixel_size_m;
  double inverse;
  if (scene.panel.curved) {
    place_curved(scene, place, along_m, pixel.w, inverse);
  } else {
    const DoubleLane d;
    inverse = inverse_length(one_lane::FlatPosition(d, along_m, place.basis[0][0], place.basis[1][0]),
                             one_lane::FlatPosition(d, along_m, place.basis[0][1], place.basis[1][1]),
                             one_lane::FlatPosition(d, along_m, place.basis[0][2], place.basis[1][2]));
    pixel.w[0] = inverse;
    pixel.w[1] = along_m * inverse;
  }
  if (scene.solid_angle == FactorRule::every_term || place.first()) set_solid_angle(scene.panel, inverse, pixel);
  const bool capture =
      scene.capture == FactorRule::every_term || (scene.capture != FactorRule::off && place.first_of_layer);
  if (capture) set_capture(scene, place, pixel);
}

NBT_KERNEL_FN double polarization_of(const FrozenScene& scene, const TilePlace& place, const FrozenSource& source,
                                     const TilePixel& pixel) {
  const DoubleLane d;
  const double cosine = along_direction(place, pixel, source.incident);
  if (scene.kahn == 0) return one_lane::UnpolarizedFactor(d, cosine);
  return one_lane::Polarization(d, cosine, along_direction(place, pixel, source.magnetic), scene.kahn);
}

// P_0 is that of the first source that dmin keeps; one that is exactly 0 is replaced by the next (physics.md 9).
NBT_KERNEL_FN void cache_polarization(double polarization, std::int64_t sweep, TilePixel& pixel) {
  if (sweep == 0) pixel.sweep_0_polarization = polarization;
  if (pixel.kept) pixel.first_polarization = polarization;
}

// The pixel under one source, before its terms.
NBT_KERNEL_FN void aim_pixel(const FrozenScene& scene, const TilePlace& place, const FrozenSource& source,
                             std::int64_t sweep, TilePixel& pixel) {
  if (scene.limited) {
    const double cosine = along_direction(place, pixel, source.incident);
    pixel.kept = one_lane::WithinResolution(DoubleLane(), cosine, source.resolution_limit);
  }
  double polarization = 1;
  if (scene.polarization == FactorRule::every_term) {
    polarization = polarization_of(scene, place, source, pixel);
  } else if (scene.polarization == FactorRule::cached && pixel.first_polarization == 0) {
    cache_polarization(polarization_of(scene, place, source, pixel), sweep, pixel);
  }
  // In the reference's order.
  double factors = scene.capture_is_zero ? 0 : 1;
  if (scene.capture == FactorRule::every_term) factors *= pixel.capture;
  if (scene.polarization == FactorRule::every_term) factors *= polarization;
  if (scene.solid_angle == FactorRule::every_term) factors *= pixel.solid_angle;
  pixel.factors = factors;
  // The background is not limited by dmin.
  if (!scene.running_product) {
    pixel.background += scene.capture == FactorRule::cached ? factors * pixel.capture : factors;
  }
}

// Of a source's terms in the sum.
NBT_KERNEL_FN double term_weight(const FrozenScene& scene, double source_weight, const TilePixel& pixel) {
  const double weight = source_weight * scene.unit;
  return scene.capture == FactorRule::cached ? weight * pixel.capture : weight;
}

NBT_KERNEL_FN double pixel_value(const FrozenScene& scene, std::int64_t sweeps, TilePixel& pixel) {
  const bool last_layer = scene.capture == FactorRule::last_layer;
  double total = pixel.total;
  if (!scene.running_product && scene.background != 0) {
    const double mean_over = static_cast<double>(sweeps) / (last_layer ? 1 : scene.panel.layers);
    total += scene.background / mean_over * pixel.background;
  }
  if (last_layer) total *= pixel.capture;
  double value = scene.scale * total;
  if (scene.solid_angle == FactorRule::cached) value *= pixel.solid_angle;
  if (scene.polarization == FactorRule::cached) {
    const bool from_sweep_0 = pixel.first_polarization == 0 && scene.keep_background_beyond_dmin;
    value *= from_sweep_0 ? pixel.sweep_0_polarization : pixel.first_polarization;
  }
  return value;
}

}  // namespace nbt::cuda
