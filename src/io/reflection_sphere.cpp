#include "io/reflection_sphere.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "formats/numbers.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

using formats::format_g;
using gemmi::Miller;

constexpr double metric_tolerance = 1e-4;
// Two indices with the same d by symmetry may differ in the last bits.
constexpr double d_min_tolerance = 1e-9;
constexpr double most_box_points = 3e8;  // 8 bytes each

double dot(const gemmi::Vec3& one, const gemmi::Vec3& other) {
  return one.x * other.x + one.y * other.y + one.z * other.z;
}

void require_edge(double value_A, const char* name) {
  if (!(value_A > 0) || !std::isfinite(value_A)) {
    throw Error(Status::out_of_range,
                std::string("cell edge ") + name + " = " + format_g(value_A) + " A: it must be a positive number");
  }
}

void require_angle(double value_deg, const char* name) {
  if (!(value_deg > 0 && value_deg < 180)) {
    throw Error(Status::out_of_range, std::string("cell angle ") + name + " = " + format_g(value_deg) +
                                          " degrees: it must lie between 0 and 180");
  }
}

// Amplitudes on a box of indices that holds the sphere. Not a number: outside the sphere, or not visited yet.
class Box {
 public:
  Box(const gemmi::UnitCell& cell, double d_min_A)
      // |h| <= a / d_min; one more because a cell may miss its symmetry by the tolerance above.
      : largest_{edge(cell.a, d_min_A), edge(cell.b, d_min_A), edge(cell.c, d_min_A)} {
    double points = 1;
    for (const double extent : largest_) points *= 2 * extent + 1;
    if (!(points <= most_box_points)) {
      throw Error(Status::out_of_range, "d_min = " + format_g(d_min_A) + " A: about " + format_g(points) +
                                            " reflections are too many for this cell; take a larger d_min");
    }
    amplitudes_.assign(static_cast<std::size_t>(points), std::numeric_limits<double>::quiet_NaN());
  }

  int largest(std::size_t axis) const { return static_cast<int>(largest_[axis]); }
  double& at(const Miller& hkl) { return amplitudes_.at(index(hkl)); }
  bool is_set(const Miller& hkl) { return !std::isnan(at(hkl)); }

  // By h, then k, then l.
  template <class Visit>
  void for_each_index(Visit visit) const {
    for (int h = -largest(0); h <= largest(0); ++h) {
      for (int k = -largest(1); k <= largest(1); ++k) {
        for (int l = -largest(2); l <= largest(2); ++l) visit(Miller{{h, k, l}});
      }
    }
  }

 private:
  static double edge(double length_A, double d_min_A) { return std::floor(length_A / d_min_A) + 1; }

  std::size_t index(const Miller& hkl) const {
    std::size_t result = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const int width = 2 * largest(axis) + 1;
      result = result * static_cast<std::size_t>(width) + static_cast<std::size_t>(hkl[axis] + largest(axis));
    }
    return result;
  }

  double largest_[3];
  std::vector<double> amplitudes_;
};

void set_mates(Box& box, const gemmi::GroupOps& operations, const Miller& hkl, double amplitude) {
  for (const gemmi::Op& operation : operations.sym_ops) {
    const Miller mate = operation.apply_to_hkl(hkl);
    box.at(mate) = amplitude;
    box.at({{-mate[0], -mate[1], -mate[2]}}) = amplitude;
  }
}

double checked_amplitude(const AmplitudeOf& amplitude_of, const Miller& hkl) {
  const double amplitude = amplitude_of(hkl);
  if (std::isfinite(amplitude)) return amplitude;
  throw Error(Status::inconsistent_scene, "F(" + std::to_string(hkl[0]) + "," + std::to_string(hkl[1]) + "," +
                                              std::to_string(hkl[2]) + ") = " + format_g(amplitude) +
                                              ": the displacement parameters or coordinates make no sense");
}

bool is_origin(const Miller& hkl) {
  return hkl[0] == 0 && hkl[1] == 0 && hkl[2] == 0;
}

}  // namespace

gemmi::UnitCell checked_cell(const CellLengthsAngles& cell) {
  require_edge(cell.a_A, "a");
  require_edge(cell.b_A, "b");
  require_edge(cell.c_A, "c");
  require_angle(cell.alpha_deg, "alpha");
  require_angle(cell.beta_deg, "beta");
  require_angle(cell.gamma_deg, "gamma");
  gemmi::UnitCell result;
  result.set(cell.a_A, cell.b_A, cell.c_A, cell.alpha_deg, cell.beta_deg, cell.gamma_deg);
  if (!(result.volume > 0) || !std::isfinite(result.volume)) {
    throw Error(Status::out_of_range, "cell angles " + format_g(cell.alpha_deg) + " " + format_g(cell.beta_deg) + " " +
                                          format_g(cell.gamma_deg) + " degrees: no cell has these three together");
  }
  return result;
}

CellLengthsAngles lengths_angles(const gemmi::UnitCell& cell) {
  return {cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma};
}

void require_compatible(const gemmi::UnitCell& cell, const gemmi::GroupOps& operations,
                        const std::string& space_group) {
  const gemmi::Mat33& edges = cell.orth.mat;
  const double longest = std::max({cell.a, cell.b, cell.c});
  for (const gemmi::Op& operation : operations.sym_ops) {
    const gemmi::Mat33 turned = edges.multiply(gemmi::rot_as_mat33(operation));
    for (int i = 0; i < 3; ++i) {
      for (int j = i; j < 3; ++j) {
        const double change =
            dot(turned.column_copy(i), turned.column_copy(j)) - dot(edges.column_copy(i), edges.column_copy(j));
        if (std::abs(change) <= metric_tolerance * longest * longest) continue;
        throw Error(Status::inconsistent_scene, "cell " + format_g(cell.a) + " " + format_g(cell.b) + " " +
                                                    format_g(cell.c) + " " + format_g(cell.alpha) + " " +
                                                    format_g(cell.beta) + " " + format_g(cell.gamma) +
                                                    " does not have the symmetry of space group " + space_group +
                                                    ": the operation " + operation.triplet() + " would change it");
      }
    }
  }
}

std::vector<Reflection> fill_sphere(const gemmi::UnitCell& cell, const gemmi::GroupOps& operations, double d_min_A,
                                    const AmplitudeOf& amplitude_of) {
  if (!(d_min_A > 0) || !std::isfinite(d_min_A)) {
    throw Error(Status::out_of_range, "d_min = " + format_g(d_min_A) + " A: it must be a positive number");
  }
  Box box(cell, d_min_A);
  const double largest_inverse_d2 = (1 + d_min_tolerance) / (d_min_A * d_min_A);
  box.for_each_index([&](const Miller& hkl) {
    if (box.is_set(hkl) || is_origin(hkl) || cell.calculate_1_d2(hkl) > largest_inverse_d2) return;
    const bool absent = operations.is_systematically_absent(hkl);
    set_mates(box, operations, hkl, absent ? 0 : checked_amplitude(amplitude_of, hkl));
  });
  std::vector<Reflection> reflections;
  box.for_each_index([&](const Miller& hkl) {
    if (box.is_set(hkl)) reflections.push_back({hkl[0], hkl[1], hkl[2], box.at(hkl)});
  });
  return reflections;
}

}  // namespace nbt::io
