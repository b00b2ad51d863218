// Sizes in memory, of counts that a machine of 32 bits (WebAssembly) may be unable to address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>

namespace nbt {

// Throws std::bad_alloc for a negative count and for elements that fill more than half of the address space.
template <class T>
std::size_t memory_size(std::int64_t count) {
  constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(T);
  if (count < 0 || static_cast<std::uint64_t>(count) > most) throw std::bad_alloc();
  return static_cast<std::size_t>(count);
}

}  // namespace nbt
