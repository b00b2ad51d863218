#include "photon_rows.hpp"

#include <algorithm>
#include <vector>

#include "interrupt.hpp"

namespace nbt::program {
namespace {

constexpr std::int64_t block_bytes = std::int64_t{1} << 20;

}  // namespace

std::int64_t PhotonRows::block_rows() const {
  const std::int64_t row_bytes = size_.fast_count * std::int64_t{sizeof(float)};
  return std::clamp<std::int64_t>(block_bytes / std::max<std::int64_t>(row_bytes, 1), 1, size_.slow_count);
}

void PhotonRows::for_each_block(const std::function<void(const Block&)>& action) const {
  std::vector<float> photons(static_cast<std::size_t>(block_rows() * size_.fast_count));
  for (std::int64_t row = 0; row < size_.slow_count; row += block_rows()) {
    check_interrupt();
    const std::int64_t count = std::min(block_rows(), size_.slow_count - row);
    const std::span<float> block(photons.data(), static_cast<std::size_t>(count * size_.fast_count));
    read_(static_cast<std::uint64_t>(row * size_.fast_count) * sizeof(float), std::as_writable_bytes(block));
    action({row, count, size_.fast_count, block});
  }
}

void PhotonRows::for_each_row(
    const std::function<void(std::int64_t slow, std::span<const float> photons)>& action) const {
  for_each_block([&](const Block& block) {
    for (std::int64_t row = 0; row < block.row_count; ++row) action(block.first_row + row, block.row(row));
  });
}

}  // namespace nbt::program
