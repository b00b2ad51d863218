// Amplitudes by gemmi's two ways of summing; the reading from disk is in structure_factors_from_model.cpp.
#include <cmath>
#include <complex>
#include <gemmi/dencalc.hpp>
#include <gemmi/fourier.hpp>
#include <gemmi/it92.hpp>
#include <gemmi/sfcalc.hpp>
#include <memory>
#include <utility>

#include "formats/numbers.hpp"
#include "io/atomic_model.hpp"
#include "io/reflection_sphere.hpp"
#include "io/structure_factors_from_model.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

using formats::format_g;

constexpr double pi = 3.14159265358979323846;
// Terms of a direct summation that take a few seconds.
constexpr double most_direct_terms = 5e7;
constexpr double most_grid_points = 5e8;  // 4 bytes each, and as many again for the transform

void require_options(const ModelOptions& options) {
  if (!(options.b_factor_scale >= 0) || !std::isfinite(options.b_factor_scale)) {
    throw Error(Status::out_of_range,
                "B-factor scale = " + format_g(options.b_factor_scale) + ": it must be a number not below 0");
  }
}

void scale_displacements(gemmi::SmallStructure& structure, double scale) {
  for (gemmi::SmallStructure::Site& site : structure.sites) {
    site.u_iso *= scale;
    site.aniso = site.aniso.scaled(scale);
  }
}

void scale_displacements(gemmi::Structure& structure, double scale) {
  for (const gemmi::CRA& place : structure.models.front().all()) {
    place.atom->b_iso *= static_cast<float>(scale);
    place.atom->aniso = place.atom->aniso.scaled(static_cast<float>(scale));
  }
}

using Calculator = gemmi::StructureFactorCalculator<gemmi::IT92<double>>;

AmplitudeOf direct_amplitudes(const gemmi::SmallStructure& structure) {
  const auto calculator = std::make_shared<Calculator>(structure.cell);
  return [&structure, calculator](const gemmi::Miller& hkl) {
    return std::abs(calculator->calculate_sf_from_small_structure(structure, hkl));
  };
}

AmplitudeOf direct_amplitudes(const gemmi::Structure& structure) {
  const auto calculator = std::make_shared<Calculator>(structure.cell);
  return [&structure, calculator](const gemmi::Miller& hkl) {
    return std::abs(calculator->calculate_sf_from_model(structure.models.front(), hkl));
  };
}

// Set by the sampling theorem and by how far atoms reach beyond it.
gemmi::DensityCalculator<gemmi::IT92<double>, float> density_of(const gemmi::Structure& structure, double d_min_A) {
  gemmi::DensityCalculator<gemmi::IT92<double>, float> density;
  density.d_min = d_min_A;
  density.set_grid_cell_and_spacegroup(structure);
  const double points = structure.cell.volume / std::pow(density.requested_grid_spacing(), 3);
  if (!(points <= most_grid_points)) {
    throw Error(Status::out_of_range, "d_min = " + format_g(d_min_A) + " A: a density grid of " + format_g(points) +
                                          " points is too large; take a larger d_min");
  }
  density.set_refmac_compatible_blur(structure.models.front());
  density.put_model_density_on_grid(structure.models.front());
  return density;
}

AmplitudeOf transformed_amplitudes(const gemmi::Structure& structure, double d_min_A) {
  const auto density = density_of(structure, d_min_A);
  auto transform = gemmi::transform_map_to_f_phi(density.grid, /*half_l=*/true);
  const double blur_A2 = density.blur;
  return [transform = std::move(transform), blur_A2](const gemmi::Miller& hkl) {
    const double unblur = std::exp(blur_A2 * transform.unit_cell.calculate_stol_sq(hkl));
    return unblur * static_cast<double>(std::abs(transform.get_value_by_hkl(hkl)));
  };
}

// Atoms and reflections of the asymmetric units, times operations.
double direct_terms(const gemmi::Structure& structure, double d_min_A) {
  const double atoms = static_cast<double>(count_atoms(structure.models.front()));
  const double reflections = 4 * pi / 3 * structure.cell.volume / std::pow(d_min_A, 3);
  return atoms * reflections / 2;
}

AmplitudeOf amplitudes(const gemmi::SmallStructure& structure, const ModelOptions& options) {
  if (options.summation == Summation::density_fft) {
    throw Error(Status::unsupported, "summation by density_fft needs a macromolecular model (mmCIF or PDB)");
  }
  return direct_amplitudes(structure);
}

AmplitudeOf amplitudes(const gemmi::Structure& structure, const ModelOptions& options) {
  const bool long_sum = direct_terms(structure, options.d_min_A) > most_direct_terms;
  const bool transform =
      options.summation == Summation::density_fft || (options.summation == Summation::automatic && long_sum);
  return transform ? transformed_amplitudes(structure, options.d_min_A) : direct_amplitudes(structure);
}

}  // namespace

CrystalReflections structure_factors_from_model_text(std::string_view text, const std::string& name,
                                                     const ModelOptions& options) {
  require_options(options);
  AtomicModel model = read_atomic_model(text, name);
  std::visit([&](auto& structure) { scale_displacements(structure, options.b_factor_scale); }, model.atoms);

  CrystalReflections crystal;
  crystal.source = "model " + name;
  crystal.space_group = model.space_group;
  crystal.cell = lengths_angles(model.cell());
  crystal.d_min_A = options.d_min_A;
  const AmplitudeOf amplitude_of =
      std::visit([&](const auto& structure) { return amplitudes(structure, options); }, model.atoms);
  crystal.reflections = fill_sphere(model.cell(), model.operations, options.d_min_A, amplitude_of);
  return crystal;
}

}  // namespace nbt::io
