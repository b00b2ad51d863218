// The steps of resolve(), in the order in which they depend on each other. Each reads the parameters and what
// earlier steps left in the scene.
#pragma once

#include "model/conventions.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt {

using Id = ParameterId;

// A grid of samples: count, range and step as physics.md 5 resolves them.
struct Sampling {
  std::int64_t count = 1;
  double range = 0;
  double step = 0;
};

// Divergence in radians (5.1). `step`, `range` below or at zero mean not given, as in the reference.
Sampling resolve_divergence(std::int64_t count, double range, double step);
// Dispersion: the range is never "not given", and there is no step (5.1).
Sampling resolve_dispersion(std::int64_t count, double range);

// The convention's vectors, replaced by given ones where the convention allows it, normalised (3.2, 3.4).
struct Axes {
  Vector3 beam, fast, slow, normal, twotheta, polarization, spindle;
};
Axes resolve_axes(const Parameters& parameters, Scene& scene);

void resolve_fluence(const Parameters& parameters, Scene& scene);
void resolve_panel(const Parameters& parameters, const Axes& axes, Scene& scene);
void resolve_layers(const Parameters& parameters, Scene& scene);
void resolve_crystal(const Parameters& parameters, RandomGenerator& generator, Scene& scene);
void resolve_phi(const Parameters& parameters, Scene& scene);
void resolve_mosaic(const Parameters& parameters, const SceneData& data, RandomGenerator& generator, Scene& scene);
void resolve_sources(const Parameters& parameters, const SceneData& data, Scene& scene);
void resolve_structure_factors(const Parameters& parameters, const SceneData& data, Scene& scene);
void resolve_sampling(const Parameters& parameters, Scene& scene);

// Throws Error(memory_limit) when a table of `count` elements of `element_bytes` would pass limits.memory_bytes: it
// must not even be begun then. `what` names it: "mosaic domains".
void require_table_fits(const Parameters& parameters, double count, std::size_t element_bytes, const std::string& what);

Vector3 vector_parameter(const Parameters& parameters, Id id);
std::string number_text(double value);  // %g

}  // namespace nbt
