// The loops of parallel_loop.hpp by OpenMP.
#pragma once

#include <omp.h>

#include <cstdint>

namespace nbt {

template <class Make, class Step>
void for_shared(std::int64_t count, std::int64_t at_once, int threads, const Make& make, const Step& step) {
#pragma omp parallel num_threads(threads)
  {
    auto worker = make();
    const int thread = omp_get_thread_num();
#pragma omp for schedule(dynamic, at_once)
    for (std::int64_t index = 0; index < count; ++index) step(index, worker, thread);
  }
}

template <class Make, class Step, class Take, class After>
void for_ordered(std::int64_t count, int threads, const Make& make, const Step& step, const Take& take,
                 const After& after) {
#pragma omp parallel num_threads(threads)
  {
    auto worker = make();
    const int thread = omp_get_thread_num();
#pragma omp for ordered schedule(dynamic, 1)
    for (std::int64_t index = 0; index < count; ++index) {
      step(index, worker, thread);
#pragma omp ordered
      take(index, worker);
      after(index, thread);
    }
  }
}

inline bool has_threads() {
  return true;
}

inline int default_thread_count() {
  return omp_get_max_threads();
}

}  // namespace nbt
