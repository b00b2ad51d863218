// Amplitudes on a grid of Miller indices (physics.md 11).
#pragma once

#include <string>
#include <vector>

#include "motion.hpp"
#include "oracle.hpp"

namespace nbt::oracle {

struct AmplitudeGrid {
  bool loaded = false;
  int h_min = 0, h_max = 0, k_min = 0, k_max = 0, l_min = 0, l_max = 0;
  Dual default_amplitude;
  std::vector<double> values;  // h slowest, l fastest
  std::optional<std::size_t> moving_value;

  bool contains(int h, int k, int l) const;
  Dual at(int h, int k, int l) const;  // inside only
};

AmplitudeGrid empty_grid(const Dual& default_amplitude);
AmplitudeGrid grid_of(const std::vector<Reflection>& reflections, const Dual& default_amplitude);
std::vector<Reflection> read_hkl_text(const std::string& text, bool as_stream);
AmplitudeGrid read_dump(const std::string& file, const Dual& default_amplitude);

// Throws std::invalid_argument if the reflection is not in the grid.
void move_reflection(AmplitudeGrid& grid, const std::array<int, 3>& hkl);

template <class Real>
struct AmplitudeOf {
  Real value = 0.0;
  double bound = 0.0;  // sum of |weight * amplitude|: how large the value can be, for the envelope
};

template <class Real>
AmplitudeOf<Real> nearest(const AmplitudeGrid& grid, int h0, int k0, int l0);
bool can_interpolate(const AmplitudeGrid& grid, const Vector& hkl);
AmplitudeOf<double> interpolated(const AmplitudeGrid& grid, const Vector& hkl);
// The ways in through h, k and l are kept apart; the sum over nodes is one contribution of each.
AmplitudeOf<Dual> interpolated(const AmplitudeGrid& grid, const VectorOf<Dual>& hkl);

}  // namespace nbt::oracle
