// Structure-factor amplitudes F(h,k,l) on a box of Miller indices (physics.md 11).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nbt {

// Closed range of one Miller index.
struct IndexRange {
  std::int32_t first = 0;
  std::int32_t last = -1;

  std::int64_t count() const { return static_cast<std::int64_t>(last) - first + 1; }
};

struct Reflection {
  std::int32_t h = 0;
  std::int32_t k = 0;
  std::int32_t l = 0;
  double F = 0;  // amplitude, electrons
};

// Dense box: h slowest, l fastest. Immutable once built, so that clones and threads can share it.
struct StructureFactors {
  std::array<IndexRange, 3> range;  // h, k, l
  std::vector<double> amplitudes;   // range[0].count() * range[1].count() * range[2].count()

  bool empty() const { return amplitudes.empty(); }
  std::size_t index(std::int32_t h, std::int32_t k, std::int32_t l) const {
    const auto nk = static_cast<std::size_t>(range[1].count());
    const auto nl = static_cast<std::size_t>(range[2].count());
    return (static_cast<std::size_t>(h - range[0].first) * nk + static_cast<std::size_t>(k - range[1].first)) * nl +
           static_cast<std::size_t>(l - range[2].first);
  }
};

// The amplitude as it is kept: 0 below 1e-200. No crystal makes such an amplitude visible, since its square is 0 even
// times the largest number of cells squared; but sums and products of such numbers are subnormal, for which processors
// take many times as long.
double kept_amplitude(double F);

// "h k l = 1 -2 3": the entry of a dense box, for messages.
std::string entry_text(const std::array<IndexRange, 3>& range, std::size_t index);

using SharedStructureFactors = std::shared_ptr<const StructureFactors>;

inline constexpr std::uint64_t largest_box_bytes = std::uint64_t{1} << 34;

// Box around the listed reflections, holes filled with `default_F`; a later duplicate replaces an earlier
// one [Q40]. Throws Error: no reflections, a non-finite amplitude, or a box over `byte_limit` (it says how large).
SharedStructureFactors box_of_reflections(const std::vector<Reflection>& reflections, double default_F,
                                          std::uint64_t byte_limit = largest_box_bytes);

// The same with a given box, which must hold all reflections; there may be none.
SharedStructureFactors fill_box(const std::array<IndexRange, 3>& range, const std::vector<Reflection>& reflections,
                                double default_F, std::uint64_t byte_limit = largest_box_bytes);

}  // namespace nbt
