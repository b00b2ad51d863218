// Everything a rendering needs, with no default left open.
#pragma once

#include <cstdint>
#include <vector>

#include "arguments.hpp"
#include "beam.hpp"
#include "crystal.hpp"
#include "geometry.hpp"
#include "oracle.hpp"
#include "sampling.hpp"
#include "semantics.hpp"
#include "structure_factors.hpp"

namespace nbt::oracle {

struct Region {
  int fast_min = 0, fast_max = 0, slow_min = 0, slow_max = 0;  // inclusive
};

struct Experiment {
  Request request;
  Semantics semantics;
  Geometry geometry;
  Crystal crystal;
  std::vector<Source> sources;
  AmplitudeGrid amplitudes;
  double fluence = 0.0;
  std::vector<double> phi;
  std::vector<Matrix> mosaic;
  double mosaic_spread = 0.0;
  bool rotate_domains = false;  // false: one domain, in place
  Grid layers;                  // range is the sensor thickness
  double attenuation = -1.0;
  int oversample = 1;
  bool interpolate = false;
  double steps = 1.0;
  double background_sum = 0.0;  // I_bg of physics.md 9
  Region region;
  std::vector<std::uint8_t> mask;  // empty: every pixel counts
  int carryover_threads = 1;
};

Experiment resolve_experiment(const std::vector<std::string>& arguments, const Options& options);

}  // namespace nbt::oracle
