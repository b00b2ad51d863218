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
template <class Real>
struct Lattice {
  VectorOf<Real> a, b, c;
};

template <class Real>
struct Cell {
  Real a, b, c;             // A
  Real alpha, beta, gamma;  // rad
  Real volume;              // A^3
};

// V = 2abc sqrt|sin u sin(u-alpha) sin(u-beta) sin(u-gamma)|, u = half the sum of the angles (6.1).
template <class Real>
Cell<Real> cell_of(const Inputs<Real>& inputs) {
  using std::sin, std::sqrt;
  Cell<Real> cell{};
  cell.a = inputs.real(Id::crystal_cell_lengths_A, 0);
  cell.b = inputs.real(Id::crystal_cell_lengths_A, 1);
  cell.c = inputs.real(Id::crystal_cell_lengths_A, 2);
  cell.alpha = inputs.real(Id::crystal_cell_angles_deg, 0) / degrees_per_radian;
  cell.beta = inputs.real(Id::crystal_cell_angles_deg, 1) / degrees_per_radian;
  cell.gamma = inputs.real(Id::crystal_cell_angles_deg, 2) / degrees_per_radian;
  const Real half = (cell.alpha + cell.beta + cell.gamma) / 2;
  const Real skew = sin(half) * sin(half - cell.alpha) * sin(half - cell.beta) * sin(half - cell.gamma);
  if (!(skew > 1e-14)) {
    throw Error(Status::inconsistent_scene,
                "no unit cell has the angles " + inputs.parameters().get_text("crystal.cell_angles_deg") +
                    " degrees: each must be less than the sum of the other two, and all less than 360 together");
  }
  cell.volume = 2.0 * cell.a * cell.b * cell.c * sqrt(skew);
  return cell;
}

template <class Real>
Real clamped(const Real& value) {
  return std::min(Real(1.0), std::max(Real(-1.0), value));
}

// The reference sets a cosine outside [-1, 1] to +1.
template <class Real>
Real reference_cosine(const Real& value) {
  return value * value > 1.0 ? Real(1.0) : value;
}

// a* along x, b* in the x-y plane (6.1). The reference's z of c* is right only when at most one angle differs
// from 90 degrees [Q31].
template <class Real>
Lattice<Real> reciprocal_of(const Cell<Real>& cell, bool skewed) {
  using std::cos, std::sin;
  const Real v_star = 1.0 / cell.volume;
  const Real a_star = cell.b * cell.c * sin(cell.alpha) * v_star;
  const Real b_star = cell.c * cell.a * sin(cell.beta) * v_star;
  const Real c_star = cell.a * cell.b * sin(cell.gamma) * v_star;
  const Real ca = cos(cell.alpha), cb = cos(cell.beta), cg = cos(cell.gamma);
  const Real sa = sin(cell.alpha), sb = sin(cell.beta), sg = sin(cell.gamma);
  const Real sin_gamma_star = clamped<Real>(cell.c * v_star / a_star / b_star);
  const Real cos_alpha_star = reference_cosine<Real>((cb * cg - ca) / (sb * sg));
  const Real cos_beta_star = reference_cosine<Real>((cg * ca - cb) / (sg * sa));
  const Real cos_gamma_star = reference_cosine<Real>((ca * cb - cg) / (sa * sb));
  Lattice<Real> star;
  star.a = {a_star, 0.0, 0.0};
  star.b = {b_star * cos_gamma_star, b_star * sin_gamma_star, 0.0};
  star.c.x = c_star * cos_beta_star;
  star.c.y = c_star * (cos_alpha_star - cos_beta_star * cos_gamma_star) / sin_gamma_star;
  star.c.z = skewed ? c_star * cell.volume / (cell.a * cell.b * cell.c * sin_gamma_star) : 1.0 / cell.c;
  return star;
}

template <class Real>
Lattice<Real> reciprocal_of_matrix(const Inputs<Real>& inputs, const Real& wavelength_m) {
  const Real scale = 1e-10 / wavelength_m;
  const auto column = [&](int i) {
    const auto element = [&](int row) { return inputs.real(Id::crystal_orientation_matrix, 3 * row + i); };
    return scale * VectorOf<Real>{element(0), element(1), element(2)};
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

template <class Real>
VectorOf<Real> resolve_misset(const Inputs<Real>& inputs, const Compatibility& compatibility,
                              RandomGenerator& generator) {
  if (inputs.boolean(Id::crystal_misset_random)) {
    return constant_vector<Real>(random_misset(inputs.parameters(), compatibility, generator));
  }
  const VectorOf<Real> degrees = inputs.vector(Id::crystal_misset_deg);
  return {degrees.x / degrees_per_radian, degrees.y / degrees_per_radian, degrees.z / degrees_per_radian};
}

template <class Real>
VectorOf<Real> with_length(const VectorOf<Real>& v, const Real& wanted) {
  const Real old = length(v);
  return wanted / (old <= 0 ? Real(1.0) : old) * v;
}

// Section 6.4: real-space vectors in A, and the reciprocal ones made from them again.
template <class Real>
struct RealLattice {
  Lattice<Real> real, reciprocal;
  Real volume;
};
template <class Real>
RealLattice<Real> invert(const Lattice<Real>& star, const Cell<Real>* cell) {
  VectorOf<Real> a_cross = cross(star.b, star.c);
  VectorOf<Real> b_cross = cross(star.c, star.a);
  VectorOf<Real> c_cross = cross(star.a, star.b);
  Real v_star = dot(star.a, a_cross);
  if (cell) {
    a_cross = with_length<Real>(a_cross, cell->a / cell->volume);
    b_cross = with_length<Real>(b_cross, cell->b / cell->volume);
    c_cross = with_length<Real>(c_cross, cell->c / cell->volume);
    v_star = 1.0 / cell->volume;
  }
  RealLattice<Real> result;
  result.volume = 1.0 / v_star;
  result.real = {result.volume * a_cross, result.volume * b_cross, result.volume * c_cross};
  result.reciprocal = {v_star * cross(result.real.b, result.real.c), v_star * cross(result.real.c, result.real.a),
                       v_star * cross(result.real.a, result.real.b)};
  return result;
}

template <class Real>
Real angle_between(const Real& sine, const Real& cosine) {
  using std::atan2;
  return atan2(clamped(sine), reference_cosine(cosine));
}

template <class Real>
std::array<Real, 3> lengths_of(const Lattice<Real>& l) {
  return {length(l.a), length(l.b), length(l.c)};
}

// Angles alpha, beta, gamma of `l`, whose dual lattice has the lengths `dual` and whose cell has `volume`.
template <class Real>
std::array<Real, 3> angles_of(const Lattice<Real>& l, const std::array<Real, 3>& dual, const Real& volume) {
  const auto n = lengths_of(l);
  return {angle_between<Real>(dual[0] * volume / n[1] / n[2], dot(l.b, l.c) / n[1] / n[2]),
          angle_between<Real>(dual[1] * volume / n[0] / n[2], dot(l.a, l.c) / n[0] / n[2]),
          angle_between<Real>(dual[2] * volume / n[0] / n[1], dot(l.a, l.b) / n[0] / n[1])};
}

template <class Real>
void store_lattice(const RealLattice<Real>& lattice, CrystalOf<Real>& crystal) {
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
  crystal.reciprocal_angles_rad = angles_of(lattice.reciprocal, crystal.lengths_A, Real(1.0 / lattice.volume));
}

template <class Real>
void check_lattice(const RealLattice<Real>& lattice) {
  const auto n = lengths_of(lattice.reciprocal);
  const double shape = value_of(1.0 / lattice.volume / (n[0] * n[1] * n[2]));  // volume of the cell of unit vectors
  if (std::isfinite(value_of(lattice.volume)) && std::fabs(shape) > 1e-7 && std::isfinite(shape)) return;
  throw Error(Status::inconsistent_scene, "the orientation matrix is singular: its columns a*, b*, c* span no volume");
}

// Sizes above zero replace the counts; the beam clips the second and third dimension (4.1, 6.6). A count that was given
// moves at 1 per cell, also where 0 became 1; one that a size decides stands still.
template <class Real>
void resolve_size(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  CrystalOf<Real>& crystal = scene.crystal;
  const double beam_m = inputs.value(Id::beam_size_mm) / 1000.0;
  const Real edges[3] = {length(crystal.a_m), length(crystal.b_m), length(crystal.c_m)};
  for (std::size_t i = 0; i < 3; ++i) {
    double size_m = inputs.value(Id::crystal_size_mm, static_cast<int>(i)) / 1000.0;
    if (i > 0 && beam_m >= 0 && beam_m < size_m) {
      scene.warnings.push_back("the crystal is clipped by the beam from " + number_text(size_m * 1000) + " to " +
                               number_text(beam_m * 1000) + " mm");
      size_m = beam_m;
    }
    double cells = static_cast<double>(inputs.integer(Id::crystal_cells, static_cast<int>(i)));
    if (size_m > 0) cells = std::ceil(size_m / value_of(edges[i]));
    if (cells > 1e12) {
      throw Error(Status::inconsistent_scene,
                  "the crystal size makes " + number_text(cells) + " cells along one axis; at most 1e12 are allowed");
    }
    crystal.cells[i] = std::max<std::int64_t>(1, static_cast<std::int64_t>(cells));
    crystal.real_cells[i] = with_tangent(Real(static_cast<double>(crystal.cells[i])),
                                         size_m > 0 ? 0 : inputs.tangent(Id::crystal_cells, static_cast<int>(i)));
    crystal.size_m[i] = edges[i] * crystal.real_cells[i];
  }
}

Shape shape_by_name(const std::string& name) {
  if (name == "round") return Shape::round;
  if (name == "gauss") return Shape::gauss;
  return name == "tophat" ? Shape::tophat : Shape::square;
}

// A step that was not given moves all the same.
template <class Real>
SamplingOf<Real> resolve_phi_sampling(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  const bool count_given = inputs.given(Id::goniometer_phi_steps);
  const bool range_given = inputs.given(Id::goniometer_phi_range_deg);
  const bool step_given = inputs.given(Id::goniometer_phi_step_deg);
  const Real range = range_given ? inputs.real(Id::goniometer_phi_range_deg) / degrees_per_radian : Real(-1);
  const Real step = step_given ? inputs.real(Id::goniometer_phi_step_deg) / degrees_per_radian : Real(-1);
  const auto automatic = [&](const Real& chosen) {
    return with_tangent(chosen, inputs.tangent(Id::goniometer_phi_step_deg) / degrees_per_radian);
  };
  if (!count_given) {
    if (!range_given) return step <= 0 ? SamplingOf<Real>{1, 0, automatic(0)} : SamplingOf<Real>{2, step, step};
    if (step <= 0) return {2, range, automatic(range / 2.0)};
    return {static_cast<std::int64_t>(std::min(std::ceil(value_of(range / step)), 1e15)), range, step};
  }
  const std::int64_t count = std::max<std::int64_t>(1, inputs.integer(Id::goniometer_phi_steps));
  const double n = static_cast<double>(count);
  if (range_given) return {count, range, step_given ? step : automatic(range / n)};
  if (step <= 0) {
    const double one_degree = 1.0 / degrees_per_radian;
    return {count, one_degree, automatic(one_degree / n)};
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

template <class Real>
void resolve_crystal(const Inputs<Real>& inputs, RandomGenerator& generator, SceneOf<Real>& scene) {
  const bool by_matrix = inputs.given(Id::crystal_orientation_matrix);
  const bool by_cell = inputs.given(Id::crystal_cell_lengths_A);
  if (!by_matrix && !by_cell) {
    throw Error(
        Status::inconsistent_scene,
        "the crystal has no unit cell: set crystal.cell_lengths_A (-cell) or crystal.orientation_matrix (-mat)");
  }
  CrystalOf<Real>& crystal = scene.crystal;
  const Cell<Real> cell = by_cell ? cell_of(inputs) : Cell<Real>{};
  Lattice<Real> star = by_matrix ? reciprocal_of_matrix(inputs, scene.wavelength_m)
                                 : reciprocal_of(cell, scene.compatibility.reference(Quirk::skewed_cell));
  if (by_matrix && by_cell) {
    scene.warnings.push_back("matrix and cell are both given: directions from the matrix, lengths from the cell");
  }
  const VectorOf<Real> misset = resolve_misset(inputs, scene.compatibility, generator);
  crystal.misset_rad = {misset.x, misset.y, misset.z};
  star = {rotate_xyz(star.a, misset), rotate_xyz(star.b, misset), rotate_xyz(star.c, misset)};
  const RealLattice<Real> lattice = invert(star, by_cell ? &cell : nullptr);
  check_lattice(lattice);
  store_lattice(lattice, crystal);
  crystal.shape = shape_by_name(inputs.text(Id::crystal_shape));
  crystal.fudge = inputs.real(Id::crystal_fudge);
  crystal.spot_metric_cells = !scene.compatibility.reference(Quirk::spot_metric_hkl);
  resolve_size(inputs, scene);
}

template <class Real>
void resolve_phi(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  CrystalOf<Real>& crystal = scene.crystal;
  const SamplingOf<Real> s = resolve_phi_sampling(inputs, scene);
  if (s.count > 100'000'000) {
    throw Error(Status::out_of_range,
                "the phi range and step make " + std::to_string(s.count) + " steps; at most 100 million are allowed");
  }
  require_table_fits(inputs.parameters(), static_cast<double>(s.count), sizeof(double), "phi steps");
  crystal.phi_start_rad = inputs.real(Id::goniometer_phi_start_deg) / degrees_per_radian;
  crystal.phi_range_rad = s.range;
  crystal.phi_step_rad = s.step;
  const double offset = scene.compatibility.reference(Quirk::phi_midpoint) ? 0.0 : 0.5;
  crystal.phi_rad.reserve(static_cast<std::size_t>(std::max<std::int64_t>(1, s.count)));
  for (std::int64_t k = 0; k < std::max<std::int64_t>(1, s.count); ++k) {
    crystal.phi_rad.push_back(crystal.phi_start_rad + s.step * (static_cast<double>(k) + offset));
  }
}

template <class Real>
void resolve_mosaic_spread(const Inputs<Real>& inputs, const SceneData& data, SceneOf<Real>& scene) {
  constexpr Id id = Id::crystal_mosaic_spread_deg;
  const bool drawn = data.mosaic_rotations.empty();
  const double spread_rad = inputs.given(id) ? inputs.value(id) / degrees_per_radian : 0.0;
  // Rotations that were handed in do not move with the spread.
  scene.crystal.mosaic_spread_rad = with_tangent(Real(spread_rad), drawn ? inputs.tangent(id) / degrees_per_radian : 0);
  scene.crystal.rotate_domains = !drawn || spread_rad > 0;
}

void resolve_mosaic_rotations(const Parameters& parameters, const SceneData& data, RandomGenerator& generator,
                              Scene& scene) {
  Crystal& crystal = scene.crystal;
  if (!data.mosaic_rotations.empty()) {
    for (std::size_t i = 0; i < data.mosaic_rotations.size(); ++i) check_rotation(data.mosaic_rotations[i], i);
    crystal.mosaic_rotations = data.mosaic_rotations;
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
}

template void resolve_crystal(const Inputs<double>&, RandomGenerator&, SceneOf<double>&);
template void resolve_crystal(const Inputs<Dual>&, RandomGenerator&, SceneOf<Dual>&);
template void resolve_phi(const Inputs<double>&, SceneOf<double>&);
template void resolve_phi(const Inputs<Dual>&, SceneOf<Dual>&);
template void resolve_mosaic_spread(const Inputs<double>&, const SceneData&, SceneOf<double>&);
template void resolve_mosaic_spread(const Inputs<Dual>&, const SceneData&, SceneOf<Dual>&);

}  // namespace nbt
