// Times one scene, for scripts/benchmark-against-reference; prints one JSON object.
// Usage: nbt_time_scene PRECISION TARGET SECONDS IMAGE nanoBragg-options...
// TARGET: an instruction set or "auto". Runs until SECONDS have passed, at least three times. IMAGE: a file for the
// float image, or "-" for none.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "scene.hpp"

namespace {

using nbt_bench::Clock;
using nbt_bench::Scene;

struct Times {
  std::vector<double> wall_s;
  std::vector<double> processor_s;
};

// The first run makes the plan and is not among them.
Times time_runs(Scene& scene, double at_least_s) {
  Times times;
  scene.run();
  for (double total_s = 0; total_s < at_least_s || times.wall_s.size() < 3; total_s += times.wall_s.back()) {
    const double start_processor_s = nbt_bench::seconds_now(Clock::processor);
    times.wall_s.push_back(scene.seconds_of_run(Clock::wall));
    times.processor_s.push_back(nbt_bench::seconds_now(Clock::processor) - start_processor_s);
  }
  return times;
}

void write_image(const std::string& file_name, const std::vector<float>& pixels) {
  std::ofstream file(file_name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(pixels.data()), static_cast<std::streamsize>(pixels.size() * sizeof(float)));
  if (!file.flush()) throw std::runtime_error("cannot write '" + file_name + "'");
}

nlohmann::json measure(Scene& scene, double at_least_s) {
  const Times times = time_runs(scene, at_least_s);
  return {{"available", true},
          {"evaluations", scene.evaluations()},
          {"runs", times.wall_s.size()},
          {"wall_s", nbt_bench::median(times.wall_s)},
          {"processor_s", nbt_bench::median(times.processor_s)},
          {"precision_used", scene.precision_used()},
          {"simd_target_used", scene.simd_target_used()}};
}

nlohmann::json time_scene(int argc, char** argv) {
  const std::string image = argv[4];
  Scene scene(nbt_bench::Arguments(argv + 5, argv + argc));
  scene.set("execution.threads", {1});
  if (!scene.set_precision(argv[1]) || !scene.set_simd_target(argv[2])) return {{"available", false}};
  nlohmann::json result = measure(scene, std::atof(argv[3]));
  if (image != "-") write_image(image, scene.pixels());
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: nbt_time_scene PRECISION TARGET SECONDS IMAGE nanoBragg-options...\n");
    return 2;
  }
  try {
    std::printf("%s\n", time_scene(argc, argv).dump().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nbt_time_scene: %s\n", error.what());
    return 1;
  }
}
