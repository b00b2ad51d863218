#include "derivatives.hpp"

#include <stdexcept>

#include "experiment.hpp"
#include "intensity.hpp"

namespace nbt::oracle {

DerivativeImage differentiate(const std::vector<std::string>& arguments, const Options& options, const Seed& seed) {
  const ExperimentOf<Dual> experiment = resolve_moving_experiment(arguments, options, Motion(seed));
  if (experiment.semantics.running_product) throw std::invalid_argument("a running product has no derivative");
  DerivativeImage result;
  result.fast = experiment.geometry.fast;
  result.slow = experiment.geometry.slow;
  for (const Dual& pixel : render_moving_image(experiment)) {
    result.image.push_back(pixel.value);
    result.derivative.push_back(pixel.tangent);
    result.absolute.push_back(pixel.absolute);
  }
  return result;
}

}  // namespace nbt::oracle
