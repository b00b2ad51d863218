#include "crystal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>
#include <stdexcept>

namespace nbt::oracle {
namespace {

struct Cell {
  double a, b, c, alpha, beta, gamma, volume;
};

struct Axes {
  Vector a, b, c;
};

Cell full_cell(const Request& request) {
  const double right = std::numbers::pi / 2.0;
  const auto given = [&](std::size_t i, double otherwise) {
    return i < static_cast<std::size_t>(request.cell_values) ? request.cell[i] : otherwise;
  };
  const double a = request.cell[0];
  Cell cell{a, given(1, a), given(2, a), given(3, right), given(4, right), given(5, right), 0.0};
  const double u = (cell.alpha + cell.beta + cell.gamma) / 2.0;
  const double product = std::sin(u) * std::sin(u - cell.alpha) * std::sin(u - cell.beta) * std::sin(u - cell.gamma);
  cell.volume = 2.0 * cell.a * cell.b * cell.c * std::sqrt(std::abs(product));
  if (!(cell.volume > 0.0)) throw std::invalid_argument("the cell has no volume");
  return cell;
}

double clamped_sine(double sine) {
  return std::clamp(sine, -1.0, 1.0);
}
double clamped_cosine(double cosine) {
  return cosine < -1.0 || cosine > 1.0 ? 1.0 : cosine;
}

Axes reciprocal_of_cell(const Cell& cell, const Semantics& semantics) {
  const double V = cell.volume;
  const double sa = std::sin(cell.alpha), sb = std::sin(cell.beta), sg = std::sin(cell.gamma);
  const double ca = std::cos(cell.alpha), cb = std::cos(cell.beta), cg = std::cos(cell.gamma);
  const double a_star = cell.b * cell.c * sa / V;
  const double b_star = cell.c * cell.a * sb / V;
  const double c_star = cell.a * cell.b * sg / V;
  const double cos_alpha_star = clamped_cosine((cb * cg - ca) / (sb * sg));
  const double cos_beta_star = clamped_cosine((cg * ca - cb) / (sg * sa));
  const double cos_gamma_star = clamped_cosine((ca * cb - cg) / (sa * sb));
  const double sin_gamma_star = clamped_sine(cell.c / (V * a_star * b_star));
  const double z = semantics.skewed_cell ? c_star * V / (cell.a * cell.b * cell.c * sin_gamma_star) : 1.0 / cell.c;
  return {{a_star, 0.0, 0.0},
          {b_star * cos_gamma_star, b_star * sin_gamma_star, 0.0},
          {c_star * cos_beta_star, c_star * (cos_alpha_star - cos_beta_star * cos_gamma_star) / sin_gamma_star, z}};
}

Axes reciprocal_of_matrix(const std::string& text, double wavelength) {
  std::istringstream stream(text);
  std::array<double, 9> m{};
  for (double& value : m) {
    if (!(stream >> value)) throw std::invalid_argument("the matrix file has fewer than nine numbers");
  }
  const double scale = 1e-10 / wavelength;
  return {scale * Vector{m[0], m[3], m[6]}, scale * Vector{m[1], m[4], m[7]}, scale * Vector{m[2], m[5], m[8]}};
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

void derive_size(const Request& request, Crystal& crystal) {
  const auto clipped = [&](double size) {
    return request.beamsize >= 0.0 && request.beamsize < size ? request.beamsize : size;
  };
  crystal.cells_a = cells_along(request.sample_a, length(crystal.a), request.cells_a);
  crystal.cells_b = cells_along(clipped(request.sample_b), length(crystal.b), request.cells_b);
  crystal.cells_c = cells_along(clipped(request.sample_c), length(crystal.c), request.cells_c);
}

void derive_real_axes(const Axes& reciprocal, const std::optional<Cell>& cell, Crystal& crystal) {
  Axes cross_products{cross(reciprocal.b, reciprocal.c), cross(reciprocal.c, reciprocal.a),
                      cross(reciprocal.a, reciprocal.b)};
  double reciprocal_volume = dot(reciprocal.a, cross_products.a);
  if (reciprocal_volume == 0.0) throw std::invalid_argument("the orientation matrix is singular");
  if (cell) {
    cross_products.a = (cell->a / cell->volume) * unit(cross_products.a);
    cross_products.b = (cell->b / cell->volume) * unit(cross_products.b);
    cross_products.c = (cell->c / cell->volume) * unit(cross_products.c);
    reciprocal_volume = 1.0 / cell->volume;
  }
  const double volume = 1.0 / reciprocal_volume;
  crystal.a = volume * cross_products.a;
  crystal.b = volume * cross_products.b;
  crystal.c = volume * cross_products.c;
  crystal.a_star = reciprocal_volume * cross(crystal.b, crystal.c);
  crystal.b_star = reciprocal_volume * cross(crystal.c, crystal.a);
  crystal.c_star = reciprocal_volume * cross(crystal.a, crystal.b);
}

}  // namespace

Crystal resolve_crystal(const Request& request, const Semantics& semantics,
                        const std::optional<std::string>& matrix_text, Generator& generator) {
  std::optional<Cell> cell;
  if (request.cell_values > 0 && request.cell[0] > 0.0) cell = full_cell(request);
  if (!cell && !matrix_text) throw std::invalid_argument("neither a cell nor a matrix is given");
  Axes reciprocal =
      matrix_text ? reciprocal_of_matrix(*matrix_text, request.wavelength) : reciprocal_of_cell(*cell, semantics);

  Crystal crystal;
  crystal.misset = resolve_misset(request, semantics, generator);
  reciprocal = {rotate_xyz(reciprocal.a, crystal.misset), rotate_xyz(reciprocal.b, crystal.misset),
                rotate_xyz(reciprocal.c, crystal.misset)};
  derive_real_axes(reciprocal, cell, crystal);
  derive_size(request, crystal);
  return crystal;
}

Orientation unrotated(const Crystal& crystal) {
  return {1e-10 * crystal.a, 1e-10 * crystal.b, 1e-10 * crystal.c};
}

Orientation rotated_about_spindle(const Orientation& base, const Vector& spindle, double phi) {
  return {rotate_about(base.a, spindle, phi), rotate_about(base.b, spindle, phi), rotate_about(base.c, spindle, phi)};
}

Orientation turned(const Orientation& orientation, const Matrix& rotation) {
  return {multiply(rotation, orientation.a), multiply(rotation, orientation.b), multiply(rotation, orientation.c)};
}

std::vector<Matrix> mosaic_rotations(double spread, int domains, long long seed, Generator& generator) {
  std::vector<Matrix> rotations;
  std::int64_t state = seed;
  for (int i = 0; i < domains; ++i) rotations.push_back(random_rotation(generator, state, spread));
  rotations[0] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  return rotations;
}

}  // namespace nbt::oracle
