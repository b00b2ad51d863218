// One image on several cores, against one.
#include <algorithm>
#include <map>
#include <thread>

#include "benchmarks.hpp"

namespace nbt_bench {
namespace {

void run_with_threads(benchmark::State& state, int domains, int threads) {
  Scene scene(basic_arguments(1024, domains) + Arguments{"-N", "10"});
  static std::map<int, double> rate_of_one_thread;
  if (!rate_of_one_thread.contains(domains)) rate_of_one_thread[domains] = median_rate(scene, Clock::wall);
  scene.set("execution.threads", {static_cast<double>(threads)});
  const Speed speed = measure(state, scene, Clock::wall);
  speed.set_counters(state, threads);
  state.counters["ratio_to_one_thread"] = speed.evaluations_per_s / rate_of_one_thread[domains];
}

}  // namespace

void register_thread_benchmarks() {
  const int cores = std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
  for (const int domains : {1, 10, 100}) {
    for (int threads = 1; threads <= cores; threads *= 2) {
      add_benchmark("threads/" + std::to_string(domains) + "/" + std::to_string(threads), [=](benchmark::State& state) {
        run_with_threads(state, domains, threads);
      })->UseRealTime();
    }
  }
}

}  // namespace nbt_bench
