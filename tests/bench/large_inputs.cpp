// Inputs much larger than usual: an evaluation should cost what it costs with a small one.
#include <map>
#include <memory>

#include "benchmarks.hpp"

namespace nbt_bench {
namespace {

// Amounts of one kind of input; the first is what the others are compared with.
struct Input {
  std::string name;
  std::vector<int> amounts;
  std::function<std::unique_ptr<Scene>(int)> make_scene;
};

std::unique_ptr<Scene> scene_with_domains(int domains) {
  return std::make_unique<Scene>(basic_arguments(256, domains) + Arguments{"-N", "10"});
}

std::unique_ptr<Scene> scene_with_sources(int sources) {
  return std::make_unique<Scene>(basic_arguments(256, 10) +
                                 Arguments{"-N", "10", "-dispersion", "1", "-dispsteps", std::to_string(sources)});
}

std::unique_ptr<Scene> scene_with_phi_steps(int steps) {
  return std::make_unique<Scene>(basic_arguments(256, 10) +
                                 Arguments{"-N", "10", "-osc", "1", "-phisteps", std::to_string(steps)});
}

std::unique_ptr<Scene> scene_with_sub_pixels(int along_an_edge) {
  return std::make_unique<Scene>(basic_arguments(256, 10) +
                                 Arguments{"-N", "10", "-oversample", std::to_string(along_an_edge)});
}

// A cubic box of `entries` reflections, and the cell with which the image reaches most of its width: the edge of the
// detector is at index 0.46 * cell / 1 A.
std::unique_ptr<Scene> scene_with_grid(int entries) {
  int edge = 0;
  while ((edge + 1) * (edge + 1) * (edge + 1) <= entries) ++edge;
  const int last = edge / 2;
  const int first = last - edge + 1;
  const std::string cell_A = std::to_string(0.95 * last / 0.46);
  auto scene = std::make_unique<Scene>(basic_arguments(1024, 10) + Arguments{"-N", "10", "-nointerpolate", "-cell",
                                                                             cell_A, cell_A, cell_A, "90", "90", "90"});
  scene->set_grid(make_grid({first, first, first}, {last, last, last}));
  return scene;
}

double rate_of_first(const Input& input) {
  static std::map<std::string, double> rates;
  const auto [entry, is_new] = rates.try_emplace(input.name, 0.0);
  if (is_new) entry->second = median_rate(*input.make_scene(input.amounts.front()), Clock::processor);
  return entry->second;
}

void run_input(benchmark::State& state, const Input& input, int amount) {
  const std::unique_ptr<Scene> scene = input.make_scene(amount);
  const Speed speed = measure(state, *scene);
  speed.set_counters(state, 1);
  state.counters["cost_relative_to_" + std::to_string(input.amounts.front())] =
      rate_of_first(input) / speed.evaluations_per_s;
}

}  // namespace

void register_large_input_benchmarks() {
  const Input inputs[] = {{"domains", {10, 100, 1000}, scene_with_domains},
                          {"sources", {1, 10, 100}, scene_with_sources},
                          {"phi_steps", {1, 10, 100}, scene_with_phi_steps},
                          {"sub_pixels", {1, 3, 10}, scene_with_sub_pixels},
                          {"grid_entries", {10'000, 1'000'000, 10'100'000}, scene_with_grid}};
  for (const Input& input : inputs) {
    for (const int amount : input.amounts) {
      add_benchmark("large/" + input.name + "/" + std::to_string(amount),
                    [=](benchmark::State& state) { run_input(state, input, amount); });
    }
  }
}

}  // namespace nbt_bench
