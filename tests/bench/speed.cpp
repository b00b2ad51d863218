// The kernels: every shape, precision, instruction set, lookup of structure factors and size, on one core.
#include <map>
#include <memory>

#include "benchmarks.hpp"

namespace nbt_bench {
namespace {

// The exact path takes about a tenth of a microsecond per evaluation; its rate does not depend on the size.
constexpr double evaluations_of_exact = 5e5;

constexpr const char* no_target = "plain";  // the exact path uses no vectors

struct Case {
  std::string shape;
  std::string precision;
  std::string target;
  std::string lookup;
  int edge_pixels;
  int domains;

  // Spots of the shapes that vanish between the peaks are too wide with 10 cells for that to show.
  const char* cells() const { return shape == "gauss" || shape == "tophat" ? "30" : "10"; }
  std::string shape_option() const { return shape == "tophat" ? "-tophat_spots" : "-" + shape + "_xtal"; }
  std::string scene_name() const { return lookup + "/" + std::to_string(edge_pixels) + "/" + std::to_string(domains); }
  std::string name() const { return shape + "/" + precision + "/" + target + "/" + scene_name(); }
};

std::unique_ptr<Scene> make_scene(const Case& c) {
  auto scene = std::make_unique<Scene>(
      basic_arguments(c.edge_pixels, c.domains) +
      Arguments{c.shape_option(), "-N", c.cells(), c.lookup == "tricubic" ? "-interpolate" : "-nointerpolate"});
  if (c.lookup != "constant") scene->set_grid(covering_grid());
  return scene;
}

double measured_exact_rate(const Case& c) {
  const std::unique_ptr<Scene> scene = make_scene(c);
  scene->set_precision("exact");
  scene->limit_evaluations(evaluations_of_exact);
  return median_rate(*scene, Clock::processor);
}

// Once for each scene: what the ratio of every other precision and target refers to.
double exact_rate(const Case& c) {
  static std::map<std::string, double> rates;
  const auto [entry, is_new] = rates.try_emplace(c.shape + "/" + c.scene_name(), 0.0);
  if (is_new) entry->second = measured_exact_rate(c);
  return entry->second;
}

void run_case(benchmark::State& state, const Case& c) {
  const std::unique_ptr<Scene> scene = make_scene(c);
  scene->set_precision(c.precision);
  if (c.precision == "exact") {
    scene->limit_evaluations(evaluations_of_exact);
  } else {
    scene->set_simd_target(c.target);
  }
  const Speed speed = measure(state, *scene);
  speed.set_counters(state, 1);
  state.counters["ratio_to_exact"] = speed.evaluations_per_s / exact_rate(c);
  const std::string used = scene->precision_used();
  if (used != c.precision) state.SetLabel("ran in " + used);
}

void list_as_not_available(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
  }
  state.SetLabel("not available");
}

void register_case(const Case& c, bool available) {
  if (available) {
    add_benchmark(c.name(), [c](benchmark::State& state) { run_case(state, c); });
  } else {
    add_benchmark(c.name(), list_as_not_available)->Iterations(1);
  }
}

void register_sizes(const Case& without_size, bool available) {
  for (const int edge_pixels : {64, 256, 1024}) {
    for (const int domains : {1, 10, 100}) {
      Case c = without_size;
      c.edge_pixels = edge_pixels;
      c.domains = domains;
      register_case(c, available);
    }
  }
}

}  // namespace

void register_speed_benchmarks() {
  const std::vector<std::string> no_targets = {no_target};
  for (const char* precision : {"single", "fast", "double", "exact"}) {
    const bool available = knows_precision(precision);
    const bool exact = std::string(precision) == "exact";
    for (const std::string& target : exact ? no_targets : usable_simd_targets()) {
      for (const char* shape : {"square", "round", "gauss", "tophat"}) {
        for (const char* lookup : {"constant", "nearest", "tricubic"}) {
          register_sizes({shape, precision, target, lookup, 0, 0}, available);
        }
      }
    }
  }
}

}  // namespace nbt_bench
