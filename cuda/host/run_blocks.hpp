// A launch on the host: block after block.
#pragma once

#include <cstdint>
#include <memory>

#include "cuda/frozen_scene.hpp"

#ifdef NBT_KERNEL_THREADS
#include <cstring>

#include "cuda/threads/team_of_threads.hpp"
#endif

namespace nbt::cuda {

#ifdef NBT_KERNEL_THREADS

// Every thread makes a kernel of its own, as on the device. There blocks find in the shared memory what others have
// left: nothing of use.
template <class Kernel, class Task>
void run_block_on_threads(const FrozenScene& scene, const Task& task, std::int64_t block,
                          typename Kernel::Shared& shared) {
  std::memset(static_cast<void*>(&shared), 0xff, sizeof shared);
  run_on_threads([&] { Kernel(scene, task, block, shared).run(); });
}

#endif

template <class Kernel, class Task>
void run_blocks(const FrozenScene& scene, const Task& task, std::int64_t blocks) {
  const auto shared = std::make_unique<typename Kernel::Shared>();
  for (std::int64_t block = 0; block < blocks; ++block) {
#ifdef NBT_KERNEL_THREADS
    if (launches_on_threads()) {
      run_block_on_threads<Kernel>(scene, task, block, *shared);
      continue;
    }
#endif
    Kernel(scene, task, block, *shared).run();
  }
}

}  // namespace nbt::cuda
