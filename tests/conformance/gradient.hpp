// Gradient runs for tests.
#pragma once

#include <string>
#include <vector>

#include "simulation.hpp"

namespace nbt::test {

struct Gradient {
  double loss = 0;
  double by_scale = 0;
  std::int64_t pixels = 0;
  std::vector<double> values;
};

// A loss over arrays that must outlive it.
nbt_loss weights_loss(const std::vector<double>& weights);
nbt_loss data_loss(std::int32_t kind, const std::vector<double>& data);

// Empty: every differentiable parameter.
std::vector<std::string> component_names(Simulation& simulation, const std::vector<std::string>& parameters);
Gradient run_gradient(Simulation& simulation, const nbt_loss& loss, const std::vector<std::string>& parameters,
                      const nbt_gradient_outputs* outputs = nullptr);

// Images, pixels slow-major.
struct Jacobian {
  std::vector<double> image;
  std::vector<std::vector<double>> derivatives;
};
// A callback of nbt_run_jacobian whose `user` is a Jacobian.
std::int32_t collect_images(const nbt_jacobian_rows* rows, void* user);
// `tangent`: empty, or one factor per component for a single image. `rows_per_chunk` as in nbt_run_jacobian.
Jacobian run_jacobian(Simulation& simulation, const std::vector<std::string>& parameters,
                      const std::vector<double>& tangent = {}, std::int64_t rows_per_chunk = 0);

struct NormalEquations {
  double loss = 0;
  std::vector<double> matrix;
  std::vector<double> gradient;
};
NormalEquations run_normal_equations(Simulation& simulation, const nbt_loss& loss,
                                     const std::vector<std::string>& parameters, bool with_scale);

}  // namespace nbt::test
