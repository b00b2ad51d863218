// Cell, orientation, size, phi steps, mosaic domains (physics.md 5.2, 5.4, 6, 8.3).
#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/error.hpp"
#include "model/random_rotation.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

// Three vectors a, b, c or a*, b*, c*.
struct Lattice {
  Vector3 a, b, c;
};

struct Cell {
  double a, b, c;             // A
  double alpha, beta, gamma;  // rad
  double volume;              // A^3
};

// V = 2abc sqrt|sin u sin(u-alpha) sin(u-beta) sin(u-gamma)|, u = half the sum of the angles (6.1).
Cell cell_of(const Parameters& parameters) {
  Cell cell{};
  cell.a = parameters.real(Id::crystal_cell_lengths_A, 0);
  cell.b = parameters.real(Id::crystal_cell_lengths_A, 1);
  cell.c = parameters.real(Id::crystal_cell_lengths_A, 2);
  cell.alpha = parameters.real(Id::crystal_cell_angles_deg, 0) / degrees_per_radian;
  cell.beta = parameters.real(Id::crystal_cell_angles_deg, 1) / degrees_per_radian;
  cell.gamma = parameters.real(Id::crystal_cell_angles_deg, 2) / degrees_per_radian;
  const double half = (cell.alpha + cell.beta + cell.gamma) / 2;
  const double skew =
      std::sin(half) * std::sin(half - cell.alpha) * std::sin(half - cell.beta) * std::sin(half - cell.gamma);
  if (!(skew > 1e-14)) {
    throw Error(Status::inconsistent_scene,
                "no unit cell has the angles " + parameters.get_text("crystal.cell_angles_deg") +
                    " degrees: each must be less than the sum of the other two, and all less than 360 together");
  }
  cell.volume = 2.0 * cell.a * cell.b * cell.c * std::sqrt(skew);
  return cell;
}

double clamped(double value) {
  return std::min(1.0, std::max(-1.0, value));
}

// The reference sets a cosine outside [-1, 1] to +1.
double reference_cosine(double value) {
  return value * value > 1.0 ? 1.0 : value;
}

// a* along x, b* in the x-y plane (6.1). The reference's z of c* is right only when at most one angle differs
// from 90 degrees [Q31].
Lattice reciprocal_of(const Cell& cell, bool skewed) {
  const double v_star = 1.0 / cell.volume;
  const double a_star = cell.b * cell.c * std::sin(cell.alpha) * v_star;
  const double b_star = cell.c * cell.a * std::sin(cell.beta) * v_star;
  const double c_star = cell.a * cell.b * std::sin(cell.gamma) * v_star;
  const double ca = std::cos(cell.alpha), cb = std::cos(cell.beta), cg = std::cos(cell.gamma);
  const double sa = std::sin(cell.alpha), sb = std::sin(cell.beta), sg = std::sin(cell.gamma);
  const double sin_gamma_star = clamped(cell.c * v_star / a_star / b_star);
  const double cos_alpha_star = reference_cosine((cb * cg - ca) / (sb * sg));
  const double cos_beta_star = reference_cosine((cg * ca - cb) / (sg * sa));
  const double cos_gamma_star = reference_cosine((ca * cb - cg) / (sa * sb));
  Lattice star;
  star.a = {a_star, 0.0, 0.0};
  star.b = {b_star * cos_gamma_star, b_star * sin_gamma_star, 0.0};
  star.c.x = c_star * cos_beta_star;
  star.c.y = c_star * (cos_alpha_star - cos_beta_star * cos_gamma_star) / sin_gamma_star;
  star.c.z = skewed ? c_star * cell.volume / (cell.a * cell.b * cell.c * sin_gamma_star) : 1.0 / cell.c;
  return star;
}

Lattice reciprocal_of_matrix(const Parameters& parameters, double wavelength_m) {
  const double scale = 1e-10 / wavelength_m;
  const auto column = [&](int i) {
    const auto element = [&](int row) { return parameters.real(Id::crystal_orientation_matrix, 3 * row + i); };
    return scale * Vector3{element(0), element(1), element(2)};
  };
  return {column(0), column(1), column(2)};
}

// Angles of rotations about x, y, z that make up `u` (6.3). The reference normalises the rows twice, which can
// change the last bit.
Vector3 angles_of_rotation(const Matrix3& u) {
  const Vector3 x = unit(unit(Vector3{u[0], u[1], u[2]}));
  const Vector3 y = unit(unit(Vector3{u[3], u[4], u[5]}));
  const Vector3 z = unit(unit(Vector3{u[6], u[7], u[8]}));
  if (z.x * z.x < 1.0) {
    return {std::atan2(z.y, z.z), std::atan2(-z.x, std::sqrt(z.y * z.y + z.z * z.z)), std::atan2(y.x, x.x)};
  }
  return {std::numbers::pi, std::numbers::pi / 2, std::atan2(x.y, -y.y)};
}

Vector3 random_misset(const Parameters& parameters, const Compatibility& compatibility, RandomGenerator& generator) {
  Id seed_id = Id::crystal_misset_seed;
  if (!parameters.given(seed_id) && !compatibility.reference(Quirk::misset_seed_follows)) seed_id = Id::noise_seed;
  if (!parameters.given(seed_id)) {
    throw Error(Status::inconsistent_scene, "crystal.misset_random needs a seed: set " +
                                                std::string(parameter_info(seed_id).name) + " to a positive integer");
  }
  std::int64_t seed = -parameters.integer(seed_id);
  const bool radians = compatibility.reference(Quirk::misset_90_radians);
  const double cap = radians ? 90.0 : 90.0 / degrees_per_radian;
  return angles_of_rotation(random_rotation(generator, seed, cap).matrix);
}

Vector3 resolve_misset(const Parameters& parameters, const Compatibility& compatibility, RandomGenerator& generator) {
  if (parameters.boolean(Id::crystal_misset_random)) return random_misset(parameters, compatibility, generator);
  const Vector3 degrees = vector_parameter(parameters, Id::crystal_misset_deg);
  return {degrees.x / degrees_per_radian, degrees.y / degrees_per_radian, degrees.z / degrees_per_radian};
}

Vector3 with_length(const Vector3& v, double wanted) {
  const double old = length(v);
  return wanted / (old <= 0 ? 1.0 : old) * v;
}

// Section 6.4: real-space vectors in A, and the reciprocal ones made from them again.
struct RealLattice {
  Lattice real, reciprocal;
  double volume;
};
RealLattice invert(const Lattice& star, const Cell* cell) {
  Vector3 a_cross = cross(star.b, star.c);
  Vector3 b_cross = cross(star.c, star.a);
  Vector3 c_cross = cross(star.a, star.b);
  double v_star = dot(star.a, a_cross);
  if (cell) {
    a_cross = with_length(a_cross, cell->a / cell->volume);
    b_cross = with_length(b_cross, cell->b / cell->volume);
    c_cross = with_length(c_cross, cell->c / cell->volume);
    v_star = 1.0 / cell->volume;
  }
  RealLattice result;
  result.volume = 1.0 / v_star;
  result.real = {result.volume * a_cross, result.volume * b_cross, result.volume * c_cross};
  result.reciprocal = {v_star * cross(result.real.b, result.real.c), v_star * cross(result.real.c, result.real.a),
                       v_star * cross(result.real.a, result.real.b)};
  return result;
}

double angle_between(double sine, double cosine) {
  return std::atan2(clamped(sine), reference_cosine(cosine));
}

std::array<double, 3> lengths_of(const Lattice& l) {
  return {length(l.a), length(l.b), length(l.c)};
}

// Angles alpha, beta, gamma of `l`, whose dual lattice has the lengths `dual` and whose cell has `volume`.
std::array<double, 3> angles_of(const Lattice& l, const std::array<double, 3>& dual, double volume) {
  const auto n = lengths_of(l);
  return {angle_between(dual[0] * volume / n[1] / n[2], dot(l.b, l.c) / n[1] / n[2]),
          angle_between(dual[1] * volume / n[0] / n[2], dot(l.a, l.c) / n[0] / n[2]),
          angle_between(dual[2] * volume / n[0] / n[1], dot(l.a, l.b) / n[0] / n[1])};
}

void store_lattice(const RealLattice& lattice, Crystal& crystal) {
  crystal.a_m = 1e-10 * lattice.real.a;
  crystal.b_m = 1e-10 * lattice.real.b;
  crystal.c_m = 1e-10 * lattice.real.c;
  crystal.a_star_per_A = lattice.reciprocal.a;
  crystal.b_star_per_A = lattice.reciprocal.b;
  crystal.c_star_per_A = lattice.reciprocal.c;
  crystal.volume_A3 = lattice.volume;
  crystal.lengths_A = lengths_of(lattice.real);
  crystal.reciprocal_per_A = lengths_of(lattice.reciprocal);
  crystal.angles_rad = angles_of(lattice.real, crystal.reciprocal_per_A, lattice.volume);
  crystal.reciprocal_angles_rad = angles_of(lattice.reciprocal, crystal.lengths_A, 1.0 / lattice.volume);
}

void check_lattice(const RealLattice& lattice) {
  const auto n = lengths_of(lattice.reciprocal);
  const double shape = 1.0 / lattice.volume / (n[0] * n[1] * n[2]);  // volume of the cell of unit vectors
  if (std::isfinite(lattice.volume) && std::fabs(shape) > 1e-7 && std::isfinite(shape)) return;
  throw Error(Status::inconsistent_scene, "the orientation matrix is singular: its columns a*, b*, c* span no volume");
}

// Sizes above zero replace the counts; the beam clips the second and third dimension (4.1, 6.6).
void resolve_size(const Parameters& parameters, Scene& scene) {
  Crystal& crystal = scene.crystal;
  const double beam_m = parameters.real(Id::beam_size_mm) / 1000.0;
  const double edges[3] = {length(crystal.a_m), length(crystal.b_m), length(crystal.c_m)};
  for (std::size_t i = 0; i < 3; ++i) {
    double size_m = parameters.real(Id::crystal_size_mm, static_cast<int>(i)) / 1000.0;
    if (i > 0 && beam_m >= 0 && beam_m < size_m) {
      scene.warnings.push_back("the crystal is clipped by the beam from " + number_text(size_m * 1000) + " to " +
                               number_text(beam_m * 1000) + " mm");
      size_m = beam_m;
    }
    double cells = static_cast<double>(parameters.integer(Id::crystal_cells, static_cast<int>(i)));
    if (size_m > 0) cells = std::ceil(size_m / edges[i]);
    if (cells > 1e12) {
      throw Error(Status::inconsistent_scene,
                  "the crystal size makes " + number_text(cells) + " cells along one axis; at most 1e12 are allowed");
    }
    crystal.cells[i] = std::max<std::int64_t>(1, static_cast<std::int64_t>(cells));
    crystal.size_m[i] = edges[i] * static_cast<double>(crystal.cells[i]);
  }
}

Shape shape_by_name(const std::string& name) {
  if (name == "round") return Shape::round;
  if (name == "gauss") return Shape::gauss;
  return name == "tophat" ? Shape::tophat : Shape::square;
}

Sampling resolve_phi_sampling(const Parameters& parameters, Scene& scene) {
  const bool count_given = parameters.given(Id::goniometer_phi_steps);
  const bool range_given = parameters.given(Id::goniometer_phi_range_deg);
  const bool step_given = parameters.given(Id::goniometer_phi_step_deg);
  const double range = range_given ? parameters.real(Id::goniometer_phi_range_deg) / degrees_per_radian : -1;
  const double step = step_given ? parameters.real(Id::goniometer_phi_step_deg) / degrees_per_radian : -1;
  if (!count_given) {
    if (!range_given) return step <= 0 ? Sampling{} : Sampling{2, step, step};
    if (step <= 0) return {2, range, range / 2.0};
    return {static_cast<std::int64_t>(std::min(std::ceil(range / step), 1e15)), range, step};
  }
  const std::int64_t count = std::max<std::int64_t>(1, parameters.integer(Id::goniometer_phi_steps));
  const double n = static_cast<double>(count);
  if (range_given) return {count, range, step_given ? step : range / n};
  if (step <= 0) {
    const double one_degree = 1.0 / degrees_per_radian;
    return {count, one_degree, one_degree / n};
  }
  if (!scene.compatibility.reference(Quirk::phi_step_count)) return {count, step * n, step};
  if (count != 2) scene.warnings.push_back("a phi step and count without a range: 2 steps are made");
  return {2, step, step};
}

std::int64_t resolve_domain_count(const Parameters& parameters, double spread, Scene& scene) {
  const bool given = parameters.given(Id::crystal_mosaic_domains) && parameters.integer(Id::crystal_mosaic_domains) > 0;
  const std::int64_t domains = given ? parameters.integer(Id::crystal_mosaic_domains) : 1;
  if (spread == 0) {
    if (domains > 1) scene.warnings.push_back("without a mosaic spread there is one mosaic domain");
    return 1;
  }
  if (given) return domains;
  scene.warnings.push_back("finite mosaic spread with one domain: 10 mosaic domains are used");
  return 10;
}

void check_rotation(const Matrix3& m, std::size_t index) {
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      double product = 0;
      for (int k = 0; k < 3; ++k) {
        product += m[static_cast<std::size_t>(3 * i + k)] * m[static_cast<std::size_t>(3 * j + k)];
      }
      if (!(std::fabs(product - (i == j ? 1.0 : 0.0)) < 1e-6)) {
        throw Error(Status::inconsistent_scene, "mosaic rotation " + std::to_string(index) + " is not orthonormal");
      }
    }
  }
}

}  // namespace

void resolve_crystal(const Parameters& parameters, RandomGenerator& generator, Scene& scene) {
  const bool by_matrix = parameters.given(Id::crystal_orientation_matrix);
  const bool by_cell = parameters.given(Id::crystal_cell_lengths_A);
  if (!by_matrix && !by_cell) {
    throw Error(
        Status::inconsistent_scene,
        "the crystal has no unit cell: set crystal.cell_lengths_A (-cell) or crystal.orientation_matrix (-mat)");
  }
  Crystal& crystal = scene.crystal;
  const Cell cell = by_cell ? cell_of(parameters) : Cell{};
  Lattice star = by_matrix ? reciprocal_of_matrix(parameters, scene.wavelength_m)
                           : reciprocal_of(cell, scene.compatibility.reference(Quirk::skewed_cell));
  if (by_matrix && by_cell) {
    scene.warnings.push_back("matrix and cell are both given: directions from the matrix, lengths from the cell");
  }
  const Vector3 misset = resolve_misset(parameters, scene.compatibility, generator);
  crystal.misset_rad = {misset.x, misset.y, misset.z};
  star = {rotate_xyz(star.a, misset), rotate_xyz(star.b, misset), rotate_xyz(star.c, misset)};
  const RealLattice lattice = invert(star, by_cell ? &cell : nullptr);
  check_lattice(lattice);
  store_lattice(lattice, crystal);
  crystal.shape = shape_by_name(parameters.text(Id::crystal_shape));
  crystal.fudge = parameters.real(Id::crystal_fudge);
  crystal.spot_metric_cells = !scene.compatibility.reference(Quirk::spot_metric_hkl);
  resolve_size(parameters, scene);
}

void resolve_phi(const Parameters& parameters, Scene& scene) {
  Crystal& crystal = scene.crystal;
  const Sampling s = resolve_phi_sampling(parameters, scene);
  if (s.count > 100'000'000) {
    throw Error(Status::out_of_range,
                "the phi range and step make " + std::to_string(s.count) + " steps; at most 100 million are allowed");
  }
  require_table_fits(parameters, static_cast<double>(s.count), sizeof(double), "phi steps");
  crystal.phi_start_rad = parameters.real(Id::goniometer_phi_start_deg) / degrees_per_radian;
  crystal.phi_range_rad = s.range;
  crystal.phi_step_rad = s.step;
  const double offset = scene.compatibility.reference(Quirk::phi_midpoint) ? 0.0 : 0.5;
  crystal.phi_rad.reserve(static_cast<std::size_t>(std::max<std::int64_t>(1, s.count)));
  for (std::int64_t k = 0; k < std::max<std::int64_t>(1, s.count); ++k) {
    crystal.phi_rad.push_back(crystal.phi_start_rad + s.step * (static_cast<double>(k) + offset));
  }
}

void resolve_mosaic(const Parameters& parameters, const SceneData& data, RandomGenerator& generator, Scene& scene) {
  Crystal& crystal = scene.crystal;
  crystal.mosaic_spread_rad = parameters.given(Id::crystal_mosaic_spread_deg)
                                  ? parameters.real(Id::crystal_mosaic_spread_deg) / degrees_per_radian
                                  : 0.0;
  if (!data.mosaic_rotations.empty()) {
    for (std::size_t i = 0; i < data.mosaic_rotations.size(); ++i) check_rotation(data.mosaic_rotations[i], i);
    crystal.mosaic_rotations = data.mosaic_rotations;
    crystal.rotate_domains = true;
    return;
  }
  const std::int64_t domains = resolve_domain_count(parameters, crystal.mosaic_spread_rad, scene);
  const double orientations = static_cast<double>(domains) * static_cast<double>(crystal.phi_rad.size());
  require_table_fits(parameters, orientations, sizeof(Matrix3), "mosaic domains times phi steps");
  std::int64_t seed = -parameters.integer(Id::crystal_mosaic_seed);
  crystal.mosaic_rotations.reserve(static_cast<std::size_t>(domains));
  for (std::int64_t i = 0; i < domains; ++i) {
    crystal.mosaic_rotations.push_back(random_rotation(generator, seed, crystal.mosaic_spread_rad).matrix);
  }
  crystal.mosaic_rotations.front() = identity_matrix;
  crystal.rotate_domains = crystal.mosaic_spread_rad > 0;
}

}  // namespace nbt
