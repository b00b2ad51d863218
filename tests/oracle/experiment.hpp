// Everything a rendering needs, with no default left open.
#pragma once

#include <cstdint>
#include <vector>

#include "arguments.hpp"
#include "beam.hpp"
#include "crystal.hpp"
#include "geometry.hpp"
#include "motion.hpp"
#include "oracle.hpp"
#include "semantics.hpp"
#include "structure_factors.hpp"

namespace nbt::oracle {

struct Region {
  int fast_min = 0, fast_max = 0, slow_min = 0, slow_max = 0;  // inclusive
};

template <class Real>
struct ExperimentOf {
  Request request;
  Semantics semantics;
  GeometryOf<Real> geometry;
  CrystalOf<Real> crystal;
  Real wavelength = 0.0;
  std::vector<SourceOf<Real>> sources;
  Real kahn = 0.0;
  AmplitudeGrid amplitudes;
  Real fluence = 0.0;
  std::vector<Real> phi;
  std::vector<MatrixOf<Real>> mosaic;
  double mosaic_spread = 0.0;
  bool rotate_domains = false;  // false: one domain, in place
  int layer_count = 1;
  double layer_step = 0.0;
  double thickness = 0.0;
  Real attenuation = -1.0;
  int oversample = 1;
  bool interpolate = false;
  double steps = 1.0;
  Real background_sum = 0.0;  // I_bg of physics.md 9
  Region region;
  std::vector<std::uint8_t> mask;  // empty: every pixel counts
  int carryover_threads = 1;
};

using Experiment = ExperimentOf<double>;

Experiment resolve_experiment(const std::vector<std::string>& arguments, const Options& options);
ExperimentOf<Dual> resolve_moving_experiment(const std::vector<std::string>& arguments, const Options& options,
                                             const Motion& motion);

}  // namespace nbt::oracle
