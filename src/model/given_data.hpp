// Data that callers hand in beside the parameters, checked element by element. `where` names the element in
// messages ("sources[3]").
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/memory_size.hpp"
#include "model/scene.hpp"

namespace nbt {

void require_finite(double value, const std::string& where);

// A direction with a length, a weight of zero or more, a wavelength above zero or 0 for the beam's own.
void require_source(const GivenSource& source, const std::string& where);

// Orthogonal to within 1e-6, and no reflection.
void require_rotation(const Matrix3& matrix, const std::string& where);

// Bytes that a box of structure factors may have: limits.memory_bytes where that is set and smaller than what any
// box may have.
std::uint64_t box_limit_bytes(const Parameters& parameters);

// Throws Error(wrong_length) unless a box has that many elements.
void require_box_count(const std::array<IndexRange, 3>& range, std::size_t count);

// A box of amplitudes in the order of StructureFactors. Throws Error: wrong_length, or out_of_range by index.
SharedStructureFactors dense_box(const std::array<IndexRange, 3>& range, std::vector<double> amplitudes);

inline constexpr std::int64_t largest_mask_edge_pixels = 1000000;
// Throws Error(out_of_range) unless both edges are 1 to largest_mask_edge_pixels.
void require_mask_size(std::int64_t fast_count, std::int64_t slow_count);

// `is_rendered(index)` is asked once for every pixel, in slow-major order.
template <class IsRendered>
std::shared_ptr<const Mask> make_mask(std::int64_t fast_count, std::int64_t slow_count, IsRendered is_rendered) {
  require_mask_size(fast_count, slow_count);
  auto mask = std::make_shared<Mask>();
  mask->fast_count = fast_count;
  mask->slow_count = slow_count;
  const auto pixels = static_cast<std::uint64_t>(fast_count) * static_cast<std::uint64_t>(slow_count);
  mask->bits.assign(memory_size<std::uint64_t>(static_cast<std::int64_t>((pixels + 63) / 64)), 0);
  for (std::uint64_t index = 0; index < pixels; ++index) {
    if (is_rendered(index)) mask->bits[static_cast<std::size_t>(index >> 6)] |= std::uint64_t{1} << (index & 63);
  }
  return mask;
}

}  // namespace nbt
