#include "structure_factors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace nbt::oracle {
namespace {

std::size_t extent(int low, int high) {
  return static_cast<std::size_t>(high - low + 1);
}

std::size_t index_of(const AmplitudeGrid& g, int h, int k, int l) {
  const auto along = [](int value, int low) { return static_cast<std::size_t>(value - low); };
  return (along(h, g.h_min) * extent(g.k_min, g.k_max) + along(k, g.k_min)) * extent(g.l_min, g.l_max) +
         along(l, g.l_min);
}

// The reference reads groups of four numbers and stops at the first that does not parse.
std::vector<Reflection> read_stream(const std::string& text) {
  std::vector<Reflection> reflections;
  std::istringstream stream(text);
  for (Reflection r; stream >> r.h >> r.k >> r.l >> r.amplitude;) reflections.push_back(r);
  return reflections;
}

std::vector<Reflection> read_lines(const std::string& text) {
  std::vector<Reflection> reflections;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream columns(line.substr(0, line.find('#')));
    std::string rest;
    Reflection r;
    if (!(columns >> std::ws) || columns.eof()) continue;
    if (!(columns >> r.h >> r.k >> r.l >> r.amplitude) || (columns >> rest)) {
      throw std::invalid_argument("not h k l F: " + line);
    }
    reflections.push_back(r);
  }
  return reflections;
}

template <class Real>
std::array<Real, 4> cubic_weights(const Real& x) {
  return {-x * (x - 1) * (x - 2) / 6.0, (x + 1) * (x - 1) * (x - 2) / 2.0, -(x + 1) * x * (x - 2) / 2.0,
          (x + 1) * x * (x - 1) / 6.0};
}

bool has_neighbours(double x, int low, int high) {
  return x <= high - 2 && x >= low + 2;
}

}  // namespace

bool AmplitudeGrid::contains(int h, int k, int l) const {
  return h >= h_min && h <= h_max && k >= k_min && k <= k_max && l >= l_min && l <= l_max;
}

Dual AmplitudeGrid::at(int h, int k, int l) const {
  const std::size_t index = index_of(*this, h, k, l);
  return moving_value == index ? Dual{values[index], 1.0, 1.0} : Dual(values[index]);
}

AmplitudeGrid empty_grid(const Dual& default_amplitude) {
  AmplitudeGrid grid;
  grid.default_amplitude = default_amplitude;
  return grid;
}

AmplitudeGrid grid_of(const std::vector<Reflection>& reflections, const Dual& default_amplitude) {
  if (reflections.empty()) throw std::invalid_argument("no reflections");
  AmplitudeGrid grid = empty_grid(default_amplitude);
  grid.loaded = true;
  const auto range = [&](int Reflection::*index) {
    const auto [low, high] = std::minmax_element(reflections.begin(), reflections.end(),
                                                 [index](const auto& p, const auto& q) { return p.*index < q.*index; });
    return std::pair{(*low).*index, (*high).*index};
  };
  std::tie(grid.h_min, grid.h_max) = range(&Reflection::h);
  std::tie(grid.k_min, grid.k_max) = range(&Reflection::k);
  std::tie(grid.l_min, grid.l_max) = range(&Reflection::l);
  grid.values.assign(extent(grid.h_min, grid.h_max) * extent(grid.k_min, grid.k_max) * extent(grid.l_min, grid.l_max),
                     default_amplitude.value);
  for (const auto& r : reflections) grid.values[index_of(grid, r.h, r.k, r.l)] = r.amplitude;
  return grid;
}

std::vector<Reflection> read_hkl_text(const std::string& text, bool as_stream) {
  return as_stream ? read_stream(text) : read_lines(text);
}

AmplitudeGrid read_dump(const std::string& file, const Dual& default_amplitude) {
  const auto end_of_header = file.find("\n\f");
  if (end_of_header == std::string::npos) throw std::invalid_argument("not a dump file");
  AmplitudeGrid grid = empty_grid(default_amplitude);
  grid.loaded = true;
  std::istringstream header(file.substr(0, end_of_header));
  header >> grid.h_min >> grid.h_max >> grid.k_min >> grid.k_max >> grid.l_min >> grid.l_max;
  const std::size_t nh = extent(grid.h_min, grid.h_max), nk = extent(grid.k_min, grid.k_max),
                    nl = extent(grid.l_min, grid.l_max);
  const std::size_t start = end_of_header + 2;
  if (!header || file.size() - start != 8 * (nh + 1) * (nk + 1) * (nl + 1)) {
    throw std::invalid_argument("the dump file has not the length its header asks for");
  }
  for (std::size_t h = 0; h < nh; ++h) {
    for (std::size_t k = 0; k < nk; ++k) {
      for (std::size_t l = 0; l < nl; ++l) {
        double value;
        std::memcpy(&value, file.data() + start + 8 * ((h * (nk + 1) + k) * (nl + 1) + l), sizeof value);
        grid.values.push_back(value);
      }
    }
  }
  return grid;
}

void move_reflection(AmplitudeGrid& grid, const std::array<int, 3>& hkl) {
  if (!grid.loaded || !grid.contains(hkl[0], hkl[1], hkl[2])) {
    throw std::invalid_argument("the reflection that is to move is not in the grid");
  }
  grid.moving_value = index_of(grid, hkl[0], hkl[1], hkl[2]);
}

template <class Real>
AmplitudeOf<Real> nearest(const AmplitudeGrid& grid, int h0, int k0, int l0) {
  const Dual value = grid.loaded && grid.contains(h0, k0, l0) ? grid.at(h0, k0, l0) : grid.default_amplitude;
  return {as<Real>(value), std::abs(value.value)};
}
template AmplitudeOf<double> nearest(const AmplitudeGrid&, int, int, int);
template AmplitudeOf<Dual> nearest(const AmplitudeGrid&, int, int, int);

bool can_interpolate(const AmplitudeGrid& grid, const Vector& hkl) {
  return has_neighbours(hkl.x, grid.h_min, grid.h_max) && has_neighbours(hkl.y, grid.k_min, grid.k_max) &&
         has_neighbours(hkl.z, grid.l_min, grid.l_max);
}

namespace {

using Weights = std::array<double, 4>;

Weights slopes_of(const std::array<Dual, 4>& weights) {
  return {weights[0].tangent, weights[1].tangent, weights[2].tangent, weights[3].tangent};
}
Weights values_of(const std::array<Dual, 4>& weights) {
  return {weights[0].value, weights[1].value, weights[2].value, weights[3].value};
}

// Sum over the 64 nodes around the cell whose lowest corner is h, k, l.
template <class Real>
AmplitudeOf<Real> weighted_sum(const AmplitudeGrid& grid, int h, int k, int l, const Weights& wh, const Weights& wk,
                               const Weights& wl) {
  AmplitudeOf<Real> sum;
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 4; ++j) {
      for (int m = 0; m < 4; ++m) {
        const auto at = [](int index) { return static_cast<std::size_t>(index); };
        const Real term = wh[at(i)] * wk[at(j)] * wl[at(m)] * as<Real>(grid.at(h - 1 + i, k - 1 + j, l - 1 + m));
        sum.value += term;
        sum.bound += std::abs(value_of(term));
      }
    }
  }
  return sum;
}

}  // namespace

AmplitudeOf<double> interpolated(const AmplitudeGrid& grid, const Vector& hkl) {
  const int h = static_cast<int>(std::floor(hkl.x)), k = static_cast<int>(std::floor(hkl.y)),
            l = static_cast<int>(std::floor(hkl.z));
  return weighted_sum<double>(grid, h, k, l, cubic_weights(hkl.x - h), cubic_weights(hkl.y - k),
                              cubic_weights(hkl.z - l));
}

AmplitudeOf<Dual> interpolated(const AmplitudeGrid& grid, const VectorOf<Dual>& hkl) {
  const Vector lowest{std::floor(hkl.x.value), std::floor(hkl.y.value), std::floor(hkl.z.value)};
  const int h = static_cast<int>(lowest.x), k = static_cast<int>(lowest.y), l = static_cast<int>(lowest.z);
  const auto weights_at = [](const Dual& x, double low) { return cubic_weights(Dual{x.value - low, 1.0, 1.0}); };
  const auto wh = weights_at(hkl.x, lowest.x), wk = weights_at(hkl.y, lowest.y), wl = weights_at(hkl.z, lowest.z);
  const Weights vh = values_of(wh), vk = values_of(wk), vl = values_of(wl);
  AmplitudeOf<Dual> sum = weighted_sum<Dual>(grid, h, k, l, vh, vk, vl);
  const auto slope = [&](const Weights& a, const Weights& b, const Weights& c) {
    return weighted_sum<double>(grid, h, k, l, a, b, c).value;
  };
  sum.value += Dual::through(0.0, slope(slopes_of(wh), vk, vl), hkl.x);
  sum.value += Dual::through(0.0, slope(vh, slopes_of(wk), vl), hkl.y);
  sum.value += Dual::through(0.0, slope(vh, vk, slopes_of(wl)), hkl.z);
  return sum;
}

}  // namespace nbt::oracle
