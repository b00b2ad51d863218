// Memory for vectors, without constructors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "model/memory_size.hpp"

namespace nbt {

inline constexpr std::align_val_t vector_alignment{64};

struct FreeAligned {
  void operator()(void* p) const { ::operator delete[](p, vector_alignment); }
};
template <class T>
using AlignedArray = std::unique_ptr<T[], FreeAligned>;
using AlignedBytes = AlignedArray<std::byte>;

template <class T>
AlignedArray<T> allocate_aligned(std::int64_t count) {
  const std::size_t bytes = memory_size<T>(count) * sizeof(T);
  return AlignedArray<T>(static_cast<T*>(::operator new[](bytes, vector_alignment)));
}

}  // namespace nbt
