// How many threads share a piece of work: no more than pay. Results do not depend on it.
#pragma once

#include <cstdint>

#include "plan/plan.hpp"

namespace nbt {

// Rows of a panel that one call renders.
struct RowRange {
  std::int32_t panel = 0;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
};

// Rough time that one thread takes, good to a factor of about three, which is what the choice needs.
double estimated_nanoseconds(const Plan& plan, const RowRange& rows);

// Threads that a request for `threads` may use at most: itself, or OpenMP's own default for 0; 1 to most_threads. 1
// where the system has no threads.
int thread_limit(int threads);
inline constexpr int most_threads = 4096;

// Threads that render the rows.
int thread_count(const Plan& plan, const RowRange& rows, int limit);
// The same for a whole panel: no chunk of its rows takes more.
int thread_count(const Plan& plan, std::int32_t panel, int limit);

}  // namespace nbt
