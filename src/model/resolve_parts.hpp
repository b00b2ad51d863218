// The steps of resolve(), in the order in which they depend on each other. Each reads the parameters and what
// earlier steps left in the scene.
#pragma once

#include "model/conventions.hpp"
#include "model/inputs.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt {

using Id = ParameterId;

// A grid of samples: count, range and step as physics.md 5 resolves them.
template <class Real>
struct SamplingOf {
  std::int64_t count = 1;
  Real range = 0;
  Real step = 0;
};
using Sampling = SamplingOf<double>;

// Divergence in radians (5.1). `step`, `range` below or at zero mean not given, as in the reference.
template <class Real>
SamplingOf<Real> resolve_divergence(std::int64_t count, const Real& range, const Real& step);
// Dispersion: the range is never "not given", and there is no step (5.1).
template <class Real>
SamplingOf<Real> resolve_dispersion(std::int64_t count, const Real& range);

// The convention's vectors, replaced by given ones where the convention allows it, normalised (3.2, 3.4).
template <class Real>
struct AxesOf {
  VectorOf<Real> beam, fast, slow, normal, twotheta, polarization, spindle;
};

// Instantiated for double and Dual. Where a value is automatic, the seed of `inputs` moves the value that is chosen
// instead.
template <class Real>
AxesOf<Real> resolve_axes(const Inputs<Real>& inputs, SceneOf<Real>& scene);
template <class Real>
void resolve_fluence(const Inputs<Real>& inputs, SceneOf<Real>& scene);
template <class Real>
void resolve_panel(const Inputs<Real>& inputs, const AxesOf<Real>& axes, SceneOf<Real>& scene);
template <class Real>
void resolve_layers(const Inputs<Real>& inputs, SceneOf<Real>& scene);
template <class Real>
void resolve_crystal(const Inputs<Real>& inputs, RandomGenerator& generator, SceneOf<Real>& scene);
template <class Real>
void resolve_phi(const Inputs<Real>& inputs, SceneOf<Real>& scene);
template <class Real>
void resolve_mosaic_spread(const Inputs<Real>& inputs, const SceneData& data, SceneOf<Real>& scene);
template <class Real>
void resolve_sources(const Inputs<Real>& inputs, const SceneData& data, SceneOf<Real>& scene);
template <class Real>
void resolve_structure_factors(const Inputs<Real>& inputs, const SceneData& data, SceneOf<Real>& scene);
template <class Real>
void resolve_sampling(const Inputs<Real>& inputs, SceneOf<Real>& scene);

// Takes the rotations that were handed in, or draws them.
void resolve_mosaic_rotations(const Parameters& parameters, const SceneData& data, RandomGenerator& generator,
                              Scene& scene);

// The steps of resolve() before and after the mosaic rotations.
template <class Real>
void resolve_until_mosaic(const Inputs<Real>& inputs, const SceneData& data, RandomGenerator& generator,
                          SceneOf<Real>& scene);
template <class Real>
void resolve_after_mosaic(const Inputs<Real>& inputs, SceneOf<Real>& scene);

// Throws Error(memory_limit) when a table of `count` elements of `element_bytes` would pass limits.memory_bytes: it
// must not even be begun then. `what` names it: "mosaic domains".
void require_table_fits(const Parameters& parameters, double count, std::size_t element_bytes, const std::string& what);

std::string number_text(double value);  // %g

}  // namespace nbt
