// Looks reflections up by index, and states symmetry as tests need it: independent of gemmi.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "io/crystal_reflections.hpp"

namespace nbt::io {

using Index = std::array<int, 3>;

class AmplitudeTable {
 public:
  explicit AmplitudeTable(const CrystalReflections& crystal) {
    for (const Reflection& r : crystal.reflections) amplitudes_[{r.h, r.k, r.l}] = r.F;
  }

  bool has(const Index& index) const { return amplitudes_.count(index) > 0; }
  double at(const Index& index) const { return amplitudes_.at(index); }
  std::size_t size() const { return amplitudes_.size(); }
  auto begin() const { return amplitudes_.begin(); }
  auto end() const { return amplitudes_.end(); }

 private:
  std::map<Index, double> amplitudes_;
};

inline std::string text_of(const Index& index) {
  return std::to_string(index[0]) + " " + std::to_string(index[1]) + " " + std::to_string(index[2]);
}

inline Index opposite(const Index& index) {
  return {-index[0], -index[1], -index[2]};
}

}  // namespace nbt::io
