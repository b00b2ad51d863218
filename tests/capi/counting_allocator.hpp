// Heap bytes that are alive in this process, counted by standing in front of the system's allocator: what a test
// links with this file measures is not the library's own opinion.
#pragma once

#include <cstdint>

namespace nbt::test {

std::int64_t live_heap_bytes();

// Highest value of live_heap_bytes() since the last call of start_peak().
void start_peak();
std::int64_t peak_heap_bytes();

}  // namespace nbt::test
