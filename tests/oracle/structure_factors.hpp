// Amplitudes on a grid of Miller indices (physics.md 11).
#pragma once

#include <string>
#include <vector>

#include "oracle.hpp"

namespace nbt::oracle {

struct AmplitudeGrid {
  bool loaded = false;
  int h_min = 0, h_max = 0, k_min = 0, k_max = 0, l_min = 0, l_max = 0;
  double default_amplitude = 0.0;
  std::vector<double> values;  // h slowest, l fastest

  bool contains(int h, int k, int l) const;
  double at(int h, int k, int l) const;  // inside only
};

AmplitudeGrid empty_grid(double default_amplitude);
AmplitudeGrid grid_of(const std::vector<Reflection>& reflections, double default_amplitude);
std::vector<Reflection> read_hkl_text(const std::string& text, bool as_stream);
AmplitudeGrid read_dump(const std::string& file, double default_amplitude);

struct Amplitude {
  double value = 0.0;
  double bound = 0.0;  // sum of |weight * amplitude|: how large the value can be, for the envelope
};

Amplitude nearest(const AmplitudeGrid& grid, int h0, int k0, int l0);
bool can_interpolate(const AmplitudeGrid& grid, const Vector& hkl);
Amplitude interpolated(const AmplitudeGrid& grid, const Vector& hkl);

}  // namespace nbt::oracle
