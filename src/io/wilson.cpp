#include "io/wilson.hpp"

#include <cmath>
#include <cstdint>
#include <gemmi/it92.hpp>

#include "formats/numbers.hpp"
#include "io/reflection_sphere.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

using formats::format_g;

constexpr double pi = 3.14159265358979323846;
constexpr double volume_per_atom_A3 = 30;

// The finalizer of splitmix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014): every bit of the result depends
// on every bit of the argument.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

// Two independent draws, uniform in (0,1], that belong to one reflection.
class ReflectionDraws {
 public:
  ReflectionDraws(std::uint64_t seed, const gemmi::Miller& hkl) : state_(mix(seed)) {
    for (const int index : hkl) state_ = mix(state_ ^ static_cast<std::uint32_t>(index));
  }
  double first() const { return uniform(mix(state_ ^ 1)); }
  double second() const { return uniform(mix(state_ ^ 2)); }

 private:
  static double uniform(std::uint64_t bits) { return static_cast<double>((bits >> 11) + 1) * 0x1p-53; }

  std::uint64_t state_;
};

// J/<J>. Acentric: exponential, -ln u. Centric: the square of a normal variate, by Box and Muller.
double normalized_intensity(const ReflectionDraws& draws, bool centric) {
  const double exponential = -std::log(draws.first());
  if (!centric) return exponential;
  const double cosine = std::cos(2 * pi * draws.second());
  return 2 * exponential * cosine * cosine;
}

const gemmi::SpaceGroup& checked_space_group(const WilsonOptions& options) {
  const auto* group =
      gemmi::find_spacegroup_by_name(options.space_group, options.cell.alpha_deg, options.cell.gamma_deg);
  if (group == nullptr) {
    throw Error(Status::unknown_name, "space group '" + options.space_group +
                                          "' is not known; give its symbol (\"P 43 21 2\") or its number (96)");
  }
  return *group;
}

void require_not_negative(double value, const std::string& name) {
  if (!(value >= 0) || !std::isfinite(value)) {
    throw Error(Status::out_of_range, name + " = " + format_g(value) + ": it must be a number not below 0");
  }
}

// <J>/epsilon as a function of (sin(theta)/lambda)^2.
class MeanIntensity {
 public:
  MeanIntensity(double atoms, double B_A2)
      : atoms_(atoms), B_A2_(B_A2), carbon_(gemmi::IT92<double>::get(gemmi::El::C)) {}

  double operator()(double stol2) const {
    const double f = carbon_.calculate_sf(stol2);
    return atoms_ * f * f * std::exp(-2 * B_A2_ * stol2);
  }

 private:
  double atoms_;
  double B_A2_;
  gemmi::IT92<double>::Coef carbon_;
};

}  // namespace

CrystalReflections wilson_reflections(const WilsonOptions& options) {
  require_not_negative(options.mean_B_A2, "mean B in A^2");
  require_not_negative(options.atoms_per_cell, "number of atoms in the cell");
  const gemmi::SpaceGroup& group = checked_space_group(options);
  const gemmi::GroupOps operations = group.operations();
  const gemmi::UnitCell cell = checked_cell(options.cell);
  require_compatible(cell, operations, group.xhm());

  const double atoms = options.atoms_per_cell > 0 ? options.atoms_per_cell : cell.volume / volume_per_atom_A3;
  const MeanIntensity mean_intensity(atoms, options.mean_B_A2);
  const auto amplitude_of = [&](const gemmi::Miller& hkl) {
    const ReflectionDraws draws(options.seed, hkl);
    const double mean = operations.epsilon_factor(hkl) * mean_intensity(cell.calculate_stol_sq(hkl));
    return std::sqrt(mean * normalized_intensity(draws, operations.is_reflection_centric(hkl)));
  };

  CrystalReflections crystal;
  crystal.source = "Wilson-distributed amplitudes, seed " + std::to_string(options.seed) + ", B " +
                   format_g(options.mean_B_A2) + " A^2, " + format_g(atoms) + " carbon atoms in the cell";
  crystal.space_group = group.xhm();
  crystal.cell = options.cell;
  crystal.d_min_A = options.d_min_A;
  crystal.reflections = fill_sphere(cell, operations, options.d_min_A, amplitude_of);
  return crystal;
}

}  // namespace nbt::io
