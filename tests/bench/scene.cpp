#include "scene.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace nbt_bench {
namespace {

nlohmann::json report_of(nbt_simulation* simulation) {
  const char* text = nullptr;
  if (nbt_report(simulation, &text) != NBT_OK) throw std::runtime_error(nbt_last_error(simulation));
  return nlohmann::json::parse(text);
}

}  // namespace

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double seconds_now(Clock clock) {
  if (clock == Clock::processor) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Arguments operator+(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

AmplitudeGrid make_grid(const std::int32_t (&first)[3], const std::int32_t (&last)[3]) {
  AmplitudeGrid grid{{first[0], first[1], first[2]}, {last[0], last[1], last[2]}, {}};
  for (int h = first[0]; h <= last[0]; ++h) {
    for (int k = first[1]; k <= last[1]; ++k) {
      for (int l = first[2]; l <= last[2]; ++l) {
        const auto scrambled = static_cast<unsigned>(h * 7919 + k * 104729 + l * 1299709);
        grid.amplitudes.push_back(0.5 + scrambled % 101 * 0.01);
      }
    }
  }
  return grid;
}

Arguments basic_arguments(int edge_pixels, int domains) {
  return {"-cell",
          "100",
          "100",
          "100",
          "90",
          "90",
          "90",
          "-lambda",
          "1",
          "-distance",
          "100",
          "-pixel",
          "0.1",
          "-oversample",
          "1",
          "-default_F",
          "1",
          "-detpixels",
          std::to_string(edge_pixels),
          "-mosaic",
          "0.5",
          "-mosaic_dom",
          std::to_string(domains),
          "--threads",
          "1"};
}

// h runs along the beam: 100 A (cos(two theta) - 1) / 1 A, and two theta is 36 degrees in the corners. k and l reach
// 100 A sin(27 degrees) / 1 A on the edges. Mosaic domains turn that by half a degree at most, less than one index.
const AmplitudeGrid& covering_grid() {
  static const AmplitudeGrid grid = make_grid({-23, -50, -50}, {3, 50, 50});
  return grid;
}

Scene::Scene(const Arguments& arguments) {
  if (nbt_create(&simulation_) != NBT_OK) throw std::runtime_error(nbt_last_error(nullptr));
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  if (nbt_set_arguments(simulation_, static_cast<std::int32_t>(pointers.size()), pointers.data()) != NBT_OK) {
    const std::string message = nbt_last_error(simulation_);
    nbt_destroy(simulation_);
    throw std::runtime_error(message);
  }
}

void Scene::set(const char* name, const std::vector<double>& values) {
  check(nbt_set(simulation_, name, values.data(), values.size()));
}

void Scene::set(const char* name, const char* text) {
  check(nbt_set_text(simulation_, name, text));
}

void Scene::set_grid(const AmplitudeGrid& grid) {
  check(nbt_set_structure_factor_grid(simulation_, grid.first, grid.last, grid.amplitudes.data(),
                                      grid.amplitudes.size()));
}

bool Scene::set_precision(const std::string& precision) {
  return nbt_set_text(simulation_, "precision.mode", precision.c_str()) == NBT_OK;
}

// Whether a target can be used is known when a run starts; the smallest one answers.
bool Scene::set_simd_target(const std::string& target) {
  check(nbt_set_text(simulation_, "execution.simd_target", target.c_str()));
  nbt_simulation* probe = nullptr;
  check(nbt_clone(simulation_, &probe));
  const double one_pixel[] = {1, 1}, everywhere[] = {-1, -1, -1, -1};
  float pixel = 0;
  const bool usable = nbt_set(probe, "detector.pixels", one_pixel, 2) == NBT_OK &&
                      nbt_set(probe, "detector.roi", everywhere, 4) == NBT_OK &&
                      nbt_run(probe, 0, NBT_FLOAT32, &pixel, 1, 1) == NBT_OK;
  nbt_destroy(probe);
  return usable;
}

void Scene::limit_evaluations(double most) {
  std::int64_t fast_pixels = 0, slow_pixels = 0;
  check(nbt_get_image_size(simulation_, 0, &fast_pixels, &slow_pixels));
  const double per_row = evaluations() / static_cast<double>(slow_pixels);
  const auto rows = std::clamp(static_cast<std::int64_t>(most / per_row), std::int64_t{1}, slow_pixels);
  const std::int64_t first_row = (slow_pixels - rows) / 2;
  check(nbt_set_roi(simulation_, 0, fast_pixels - 1, first_row, first_row + rows - 1));
}

double Scene::evaluations() {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  check(nbt_estimate_memory(simulation_, &request, &estimate));
  return estimate.evaluations;
}

void Scene::run() {
  std::int64_t fast_pixels = 0, slow_pixels = 0;
  check(nbt_get_image_size(simulation_, 0, &fast_pixels, &slow_pixels));
  pixels_.resize(static_cast<std::size_t>(fast_pixels * slow_pixels));
  check(nbt_run(simulation_, 0, NBT_FLOAT32, pixels_.data(), fast_pixels * slow_pixels, fast_pixels));
}

double Scene::seconds_of_run(Clock clock) {
  const double start_s = seconds_now(clock);
  run();
  return seconds_now(clock) - start_s;
}

nbt_loss Scene::loss() {
  if (data_.size() != pixels_.size()) {
    data_ = pixels_;
    for (float& photons : data_) photons *= 0.9f;
  }
  nbt_loss loss{};
  loss.struct_size = sizeof loss;
  loss.kind = NBT_LOSS_LEAST_SQUARES;
  loss.data_type = NBT_FLOAT32;
  loss.data = data_.data();
  loss.capacity = static_cast<std::int64_t>(data_.size());
  return loss;
}

void Scene::run_gradient(bool amplitudes) {
  const nbt_loss loss = this->loss();
  nbt_gradient_outputs outputs{};
  outputs.struct_size = sizeof outputs;
  if (amplitudes) {
    std::int32_t first[3], last[3];
    check(nbt_get_structure_factor_box(simulation_, first, last, &outputs.amplitude_count));
    by_amplitude_.resize(outputs.amplitude_count);
    outputs.amplitudes = by_amplitude_.data();
  }
  std::size_t components = 0;
  check(nbt_get_component_count(simulation_, nullptr, 0, &components));
  gradient_.resize(components);
  check(nbt_run_gradient(simulation_, &loss, nullptr, 0, gradient_.data(), components, &outputs, nullptr));
}

namespace {

constexpr const char* moved_parameters[] = {"crystal.cell_lengths_A", "crystal.cell_angles_deg", "crystal.misset_deg",
                                            "detector.distance_mm", "beam.wavelength_A"};

}  // namespace

void Scene::run_jacobian() {
  const auto drop = [](const nbt_jacobian_rows*, void*) -> std::int32_t { return 0; };
  check(nbt_run_jacobian(simulation_, moved_parameters, std::size(moved_parameters), nullptr, 0, 0, drop, nullptr));
}

void Scene::run_normal_equations() {
  const nbt_loss loss = this->loss();
  std::size_t count = 0;
  check(nbt_get_component_count(simulation_, moved_parameters, std::size(moved_parameters), &count));
  std::vector<double> matrix(count * count), gradient(count);
  check(nbt_run_normal_equations(simulation_, &loss, moved_parameters, std::size(moved_parameters), 0, matrix.data(),
                                 gradient.data(), count, nullptr));
}

std::string Scene::precision_used() {
  return report_of(simulation_).at("precision_used");
}

std::string Scene::simd_target_used() {
  return report_of(simulation_).at("last_run").at("simd_target");
}

std::string Scene::index_arithmetic_used() {
  return report_of(simulation_).at("last_run").at("index_arithmetic");
}

void Scene::check(nbt_status status) const {
  if (status != NBT_OK) throw std::runtime_error(nbt_last_error(simulation_));
}

double median_rate(Scene& scene, Clock clock) {
  constexpr double enough_s = 0.05;
  std::vector<double> seconds;
  scene.run();
  for (double total_s = 0; seconds.size() < 3 || total_s < enough_s; total_s += seconds.back()) {
    seconds.push_back(scene.seconds_of_run(clock));
  }
  return scene.evaluations() / median(seconds);
}

}  // namespace nbt_bench
