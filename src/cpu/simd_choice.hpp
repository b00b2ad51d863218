// One entry of a Highway dispatch table, without Highway's process-wide choice: runs with different targets may go on
// at the same time.
#pragma once

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

namespace nbt {

template <class Function, std::size_t count>
Function for_target(Function const (&table)[count], std::int64_t target) {
  if constexpr (count == 1) {
    return table[0];
  } else {
    hwy::ChosenTarget chosen;
    chosen.Update(target);
    return table[chosen.GetIndex()];
  }
}

}  // namespace nbt
