// Rows that pass through slabs in turn: while what came of one is worked on by the host, the next is computed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "cuda/row_launch.hpp"

namespace nbt::cuda {

// Until nothing is under way.
template <class Slabs>
void wait_for(Slabs& slabs) {
  for (auto& slab : slabs) slab.stream.wait();
}

struct RowsInTurn {
  std::int64_t first_row = 0;
  std::int64_t end = 0;
  std::int64_t slab_rows = 1;
};

// start(slab) launches the slab's rows, finish(slab) takes what came of them and may launch more. Nothing is under way
// at the end, also after an exception.
template <class Slabs, class Start, class Finish>
void pass_in_turn(Slabs& slabs, const RowsInTurn& rows, const Start& start, const Finish& finish) {
  std::int64_t next = rows.first_row;
  const auto begin = [&](auto& slab) {
    slab.first_row = next;
    slab.row_count = std::clamp<std::int64_t>(rows.end - next, 0, rows.slab_rows);
    next += slab.row_count;
    if (slab.row_count > 0) start(slab);
  };
  try {
    std::size_t turn = 0;
    begin(slabs[turn]);
    while (slabs[turn].row_count > 0) {
      const std::size_t other = 1 - turn;
      begin(slabs[other]);
      finish(slabs[turn]);
      turn = other;
    }
    wait_for(slabs);
  } catch (...) {
    settle(slabs);
    throw;
  }
}

}  // namespace nbt::cuda
