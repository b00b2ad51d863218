#include "cuda/exact_sum_memory.hpp"

#include <algorithm>

#include "cuda/pull_launch.hpp"

namespace nbt::cuda {
namespace {

constexpr auto exact_bytes = static_cast<std::int64_t>(sizeof(ExactSum));
constexpr auto value_bytes = static_cast<std::int64_t>(sizeof(double));

}  // namespace

ExactSumMemory::ExactSumMemory(std::int64_t count, std::int64_t copies, Stream& stream)
    : count_(count),
      copies_(copies),
      exact_(stream.device(), count * copies * exact_bytes),
      values_(stream.device(), count * value_bytes) {
  if (count == 0) return;
  stream.clear(exact_.get(), exact_.bytes());
  stream.wait();
}

std::int64_t ExactSumMemory::useful_copies(std::int64_t count, std::int64_t memory_limit_bytes) {
  constexpr std::int64_t enough = 4096, most = 32;
  std::int64_t copies = std::min(enough / count, most);
  if (memory_limit_bytes > 0) copies = std::min(copies, memory_limit_bytes / 4 / (count * exact_bytes));
  return std::max<std::int64_t>(copies, 1);
}

std::int64_t ExactSumMemory::bytes(std::int64_t count, std::int64_t copies) {
  return count * (copies * exact_bytes + value_bytes);
}

void ExactSumMemory::settle(Stream& stream) {
  launch_settle(get(), count_ * copies_, stream);
  stream.wait();
}

std::vector<double> ExactSumMemory::read(Stream& stream) const {
  std::vector<double> values(static_cast<std::size_t>(count_));
  if (count_ == 0) return values;
  launch_read(get(), count_, copies_, static_cast<double*>(values_.get()), stream);
  stream.copy_to_host(values.data(), values_.get(), values_.bytes());
  stream.wait();
  return values;
}

}  // namespace nbt::cuda
