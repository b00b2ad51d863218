#include "model/scene_tangent.hpp"

#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {

SceneOf<Dual> scene_tangent(const Parameters& parameters, const SceneData& data, const ParameterComponent& seed) {
  SceneOf<Dual> scene;
  const Inputs<Dual> inputs(parameters, seed);
  RandomGenerator generator;
  resolve_until_mosaic(inputs, data, generator, scene);
  resolve_after_mosaic(inputs, scene);
  return scene;
}

void require_differentiable(const ParameterInfo& info) {
  if (info.differentiable) return;
  throw Error(
      Status::invalid_argument,
      std::string(info.name) + " is not differentiable; the table in docs/parameters.md marks with a * what is");
}

}  // namespace nbt
