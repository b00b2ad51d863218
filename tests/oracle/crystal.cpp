#include "crystal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>
#include <stdexcept>

namespace nbt::oracle {
namespace {

struct Cell {
  Dual a, b, c, alpha, beta, gamma, volume;
};

struct Axes {
  VectorOf<Dual> a, b, c;
};

Cell full_cell(const Request& request, const Motion& motion) {
  const double right = std::numbers::pi / 2.0;
  const auto given = [&](std::size_t i, double otherwise) {
    return i < static_cast<std::size_t>(request.cell_values) ? request.cell[i] : otherwise;
  };
  const double a = request.cell[0];
  const auto lengths = motion.of("crystal.cell_lengths_A", still({a, given(1, a), given(2, a)}));
  const auto angles = motion.of("crystal.cell_angles_deg", still({given(3, right), given(4, right), given(5, right)}),
                                1.0 / degrees_per_radian());
  Cell cell{lengths.x, lengths.y, lengths.z, angles.x, angles.y, angles.z, 0.0};
  const Dual u = (cell.alpha + cell.beta + cell.gamma) / 2.0;
  const Dual product = sin(u) * sin(u - cell.alpha) * sin(u - cell.beta) * sin(u - cell.gamma);
  cell.volume = 2.0 * cell.a * cell.b * cell.c * sqrt(abs(product));
  if (!(cell.volume > 0.0)) throw std::invalid_argument("the cell has no volume");
  return cell;
}

// Beyond 1 by rounding: at a right angle, where the derivative of a sine is zero, too.
Dual clamped_sine(const Dual& sine) {
  return sine < -1.0 ? Dual(-1.0) : sine > 1.0 ? Dual(1.0) : sine;
}
Dual clamped_cosine(const Dual& cosine) {
  return cosine < -1.0 || cosine > 1.0 ? Dual(1.0) : cosine;
}

Axes reciprocal_of_cell(const Cell& cell, const Semantics& semantics) {
  const Dual V = cell.volume;
  const Dual sa = sin(cell.alpha), sb = sin(cell.beta), sg = sin(cell.gamma);
  const Dual ca = cos(cell.alpha), cb = cos(cell.beta), cg = cos(cell.gamma);
  const Dual a_star = cell.b * cell.c * sa / V;
  const Dual b_star = cell.c * cell.a * sb / V;
  const Dual c_star = cell.a * cell.b * sg / V;
  const Dual cos_alpha_star = clamped_cosine((cb * cg - ca) / (sb * sg));
  const Dual cos_beta_star = clamped_cosine((cg * ca - cb) / (sg * sa));
  const Dual cos_gamma_star = clamped_cosine((ca * cb - cg) / (sa * sb));
  const Dual sin_gamma_star = clamped_sine(cell.c / (V * a_star * b_star));
  const Dual z = semantics.skewed_cell ? c_star * V / (cell.a * cell.b * cell.c * sin_gamma_star) : 1.0 / cell.c;
  return {{a_star, 0.0, 0.0},
          {b_star * cos_gamma_star, b_star * sin_gamma_star, 0.0},
          {c_star * cos_beta_star, c_star * (cos_alpha_star - cos_beta_star * cos_gamma_star) / sin_gamma_star, z}};
}

Axes reciprocal_of_matrix(const std::string& text, const Dual& wavelength, const Motion& motion) {
  std::istringstream stream(text);
  std::array<Dual, 9> m{};
  for (int i = 0; i < 9; ++i) {
    double value;
    if (!(stream >> value)) throw std::invalid_argument("the matrix file has fewer than nine numbers");
    m[static_cast<std::size_t>(i)] = motion.of("crystal.orientation_matrix", value, 1.0, i);
  }
  const Dual scale = 1e-10 / wavelength;
  return {scale * VectorOf<Dual>{m[0], m[3], m[6]}, scale * VectorOf<Dual>{m[1], m[4], m[7]},
          scale * VectorOf<Dual>{m[2], m[5], m[8]}};
}

long long misset_seed(const Request& request, const Semantics& semantics) {
  if (request.misset_seed) return *request.misset_seed;
  if (semantics.misset_seed_follows && request.noise_seed) return *request.noise_seed;
  throw std::invalid_argument("a random misset needs a seed");
}

Vector resolve_misset(const Request& request, const Semantics& semantics, Generator& generator) {
  if (!request.misset_random) return request.misset;
  std::int64_t seed = misset_seed(request, semantics);
  const double cap = semantics.misset_90_radians ? 90.0 : 90.0 / degrees_per_radian();
  return misset_angles(random_rotation(generator, seed, cap));
}

int cells_along(double size, double axis_A, int option) {
  const int cells = size > 0.0 ? static_cast<int>(std::ceil(size / (axis_A * 1e-10))) : option;
  return std::max(cells, 1);
}

// A count that follows from the sample's size is no parameter.
Dual moving_cells(const Motion& motion, int component, double size, const VectorOf<Dual>& axis, int option) {
  const Dual cells = cells_along(size, length(value_of(axis)), option);
  return size > 0.0 ? cells : motion.of("crystal.cells", cells, 1.0, component);
}

void derive_size(const Request& request, const Motion& motion, CrystalOf<Dual>& crystal) {
  const auto clipped = [&](double size) {
    return request.beamsize >= 0.0 && request.beamsize < size ? request.beamsize : size;
  };
  crystal.cells = {moving_cells(motion, 0, request.sample_a, crystal.a, request.cells_a),
                   moving_cells(motion, 1, clipped(request.sample_b), crystal.b, request.cells_b),
                   moving_cells(motion, 2, clipped(request.sample_c), crystal.c, request.cells_c)};
}

void derive_real_axes(const Axes& reciprocal, const std::optional<Cell>& cell, CrystalOf<Dual>& crystal) {
  Axes cross_products{cross(reciprocal.b, reciprocal.c), cross(reciprocal.c, reciprocal.a),
                      cross(reciprocal.a, reciprocal.b)};
  Dual reciprocal_volume = dot(reciprocal.a, cross_products.a);
  if (reciprocal_volume == 0.0) throw std::invalid_argument("the orientation matrix is singular");
  if (cell) {
    cross_products.a = (cell->a / cell->volume) * unit(cross_products.a);
    cross_products.b = (cell->b / cell->volume) * unit(cross_products.b);
    cross_products.c = (cell->c / cell->volume) * unit(cross_products.c);
    reciprocal_volume = 1.0 / cell->volume;
  }
  const Dual volume = 1.0 / reciprocal_volume;
  crystal.a = volume * cross_products.a;
  crystal.b = volume * cross_products.b;
  crystal.c = volume * cross_products.c;
  crystal.a_star = reciprocal_volume * cross(crystal.b, crystal.c);
  crystal.b_star = reciprocal_volume * cross(crystal.c, crystal.a);
  crystal.c_star = reciprocal_volume * cross(crystal.a, crystal.b);
}

}  // namespace

Crystal value_of(const CrystalOf<Dual>& c) {
  return {value_of(c.a),      value_of(c.b),     value_of(c.c),     value_of(c.a_star), value_of(c.b_star),
          value_of(c.c_star), value_of(c.cells), value_of(c.fudge), value_of(c.misset)};
}

CrystalOf<Dual> resolve_crystal(const Request& request, const Semantics& semantics, const Dual& wavelength,
                                const std::optional<std::string>& matrix_text, const Motion& motion,
                                Generator& generator) {
  std::optional<Cell> cell;
  if (request.cell_values > 0 && request.cell[0] > 0.0) cell = full_cell(request, motion);
  if (!cell && !matrix_text) throw std::invalid_argument("neither a cell nor a matrix is given");
  Axes reciprocal =
      matrix_text ? reciprocal_of_matrix(*matrix_text, wavelength, motion) : reciprocal_of_cell(*cell, semantics);

  CrystalOf<Dual> crystal;
  crystal.misset =
      motion.of("crystal.misset_deg", still(resolve_misset(request, semantics, generator)), 1.0 / degrees_per_radian());
  reciprocal = {rotate_xyz(reciprocal.a, crystal.misset), rotate_xyz(reciprocal.b, crystal.misset),
                rotate_xyz(reciprocal.c, crystal.misset)};
  derive_real_axes(reciprocal, cell, crystal);
  derive_size(request, motion, crystal);
  crystal.fudge = motion.of("crystal.fudge", request.fudge);
  return crystal;
}

template <class Real>
OrientationOf<Real> unrotated(const CrystalOf<Real>& crystal) {
  return {1e-10 * crystal.a, 1e-10 * crystal.b, 1e-10 * crystal.c};
}

template <class Real>
OrientationOf<Real> rotated_about_spindle(const OrientationOf<Real>& base, const VectorOf<Real>& spindle,
                                          const Real& phi) {
  return {rotate_about(base.a, spindle, phi), rotate_about(base.b, spindle, phi), rotate_about(base.c, spindle, phi)};
}

template <class Real>
OrientationOf<Real> turned(const OrientationOf<Real>& orientation, const MatrixOf<Real>& rotation) {
  return {multiply(rotation, orientation.a), multiply(rotation, orientation.b), multiply(rotation, orientation.c)};
}

std::vector<MatrixOf<Dual>> mosaic_rotations(const Dual& spread, int domains, long long seed, Generator& generator) {
  std::vector<MatrixOf<Dual>> rotations;
  std::int64_t state = seed;
  for (int i = 0; i < domains; ++i) rotations.push_back(random_rotation(generator, state, spread));
  rotations[0] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  return rotations;
}

template OrientationOf<double> unrotated(const Crystal&);
template OrientationOf<Dual> unrotated(const CrystalOf<Dual>&);
template OrientationOf<double> rotated_about_spindle(const OrientationOf<double>&, const Vector&, const double&);
template OrientationOf<Dual> rotated_about_spindle(const OrientationOf<Dual>&, const VectorOf<Dual>&, const Dual&);
template OrientationOf<double> turned(const OrientationOf<double>&, const Matrix&);
template OrientationOf<Dual> turned(const OrientationOf<Dual>&, const MatrixOf<Dual>&);

}  // namespace nbt::oracle
