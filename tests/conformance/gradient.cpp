#include "gradient.hpp"

namespace nbt::test {
namespace {

std::vector<const char*> pointers(const std::vector<std::string>& words) {
  std::vector<const char*> result;
  for (const std::string& word : words) result.push_back(word.c_str());
  return result;
}

}  // namespace

std::int32_t collect_images(const nbt_jacobian_rows* rows, void* user) {
  auto& jacobian = *static_cast<Jacobian*>(user);
  const auto pixels = static_cast<std::size_t>(rows->row_count * rows->fast_count);
  jacobian.image.insert(jacobian.image.end(), rows->image, rows->image + pixels);
  jacobian.derivatives.resize(rows->components);
  for (std::size_t p = 0; p < rows->components; ++p) {
    const double* first = rows->derivatives + p * pixels;
    jacobian.derivatives[p].insert(jacobian.derivatives[p].end(), first, first + pixels);
  }
  return 0;
}

nbt_loss data_loss(std::int32_t kind, const std::vector<double>& data) {
  nbt_loss loss{};
  loss.struct_size = sizeof loss;
  loss.kind = kind;
  loss.data_type = NBT_FLOAT64;
  loss.real_type = NBT_FLOAT64;
  loss.data = data.data();
  loss.capacity = static_cast<std::int64_t>(data.size());
  return loss;
}

nbt_loss weights_loss(const std::vector<double>& weights) {
  return data_loss(NBT_LOSS_WEIGHTS, weights);
}

std::vector<std::string> component_names(Simulation& simulation, const std::vector<std::string>& parameters) {
  const auto texts = pointers(parameters);
  std::size_t count = 0;
  simulation.check(nbt_get_component_count(simulation.handle(), texts.data(), texts.size(), &count));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = nullptr;
    simulation.check(nbt_get_component_name(simulation.handle(), texts.data(), texts.size(), i, &name));
    names.emplace_back(name);
  }
  return names;
}

Gradient run_gradient(Simulation& simulation, const nbt_loss& loss, const std::vector<std::string>& parameters,
                      const nbt_gradient_outputs* outputs) {
  const auto texts = pointers(parameters);
  Gradient gradient;
  std::size_t count = 0;
  simulation.check(nbt_get_component_count(simulation.handle(), texts.data(), texts.size(), &count));
  gradient.values.resize(count);
  nbt_gradient_result result{};
  result.struct_size = sizeof result;
  simulation.check(nbt_run_gradient(simulation.handle(), &loss, texts.data(), texts.size(), gradient.values.data(),
                                    count, outputs, &result));
  gradient.loss = result.loss;
  gradient.by_scale = result.scale_derivative;
  gradient.pixels = result.pixels;
  return gradient;
}

Jacobian run_jacobian(Simulation& simulation, const std::vector<std::string>& parameters,
                      const std::vector<double>& tangent, std::int64_t rows_per_chunk) {
  const auto texts = pointers(parameters);
  Jacobian jacobian;
  simulation.check(nbt_run_jacobian(simulation.handle(), texts.data(), texts.size(),
                                    tangent.empty() ? nullptr : tangent.data(), tangent.size(), rows_per_chunk,
                                    collect_images, &jacobian));
  return jacobian;
}

NormalEquations run_normal_equations(Simulation& simulation, const nbt_loss& loss,
                                     const std::vector<std::string>& parameters, bool with_scale) {
  const auto texts = pointers(parameters);
  std::size_t count = 0;
  simulation.check(nbt_get_component_count(simulation.handle(), texts.data(), texts.size(), &count));
  if (with_scale) ++count;
  NormalEquations equations;
  equations.matrix.resize(count * count);
  equations.gradient.resize(count);
  nbt_gradient_result result{};
  result.struct_size = sizeof result;
  simulation.check(nbt_run_normal_equations(simulation.handle(), &loss, texts.data(), texts.size(), with_scale ? 1 : 0,
                                            equations.matrix.data(), equations.gradient.data(), count, &result));
  equations.loss = result.loss;
  return equations;
}

}  // namespace nbt::test
