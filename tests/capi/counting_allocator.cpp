// The C allocation functions, forwarded to glibc's own under their internal names. operator new of the C++ library
// calls malloc and aligned_alloc, so it is counted too.
#include "counting_allocator.hpp"

#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* block, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* block);
}

namespace {

std::atomic<std::int64_t> live{0};
std::atomic<std::int64_t> peak{0};

void* counted(void* block) {
  if (!block) return block;
  const auto bytes = static_cast<std::int64_t>(malloc_usable_size(block));
  const std::int64_t now = live.fetch_add(bytes) + bytes;
  std::int64_t highest = peak.load();
  while (now > highest && !peak.compare_exchange_weak(highest, now)) {
  }
  return block;
}

void uncount(void* block) {
  if (block) live.fetch_sub(static_cast<std::int64_t>(malloc_usable_size(block)));
}

}  // namespace

// Visible, so that shared libraries find these instead of glibc's.
#pragma GCC visibility push(default)
extern "C" {

void* malloc(std::size_t bytes) {
  return counted(__libc_malloc(bytes));
}

void* calloc(std::size_t count, std::size_t bytes) {
  return counted(__libc_calloc(count, bytes));
}

void* realloc(void* block, std::size_t bytes) {
  uncount(block);
  return counted(__libc_realloc(block, bytes));
}

void* memalign(std::size_t alignment, std::size_t bytes) {
  return counted(__libc_memalign(alignment, bytes));
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return counted(__libc_memalign(alignment, bytes));
}

int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) {
  void* made = counted(__libc_memalign(alignment, bytes));
  if (!made) return ENOMEM;
  *block = made;
  return 0;
}

void free(void* block) {
  uncount(block);
  __libc_free(block);
}

}  // extern "C"
#pragma GCC visibility pop

namespace nbt::test {

std::int64_t live_heap_bytes() {
  return live;
}

void start_peak() {
  peak = live.load();
}

std::int64_t peak_heap_bytes() {
  return peak;
}

}  // namespace nbt::test
