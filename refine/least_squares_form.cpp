#include "refine/least_squares_form.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace nbt::refine {
namespace {

// Both of the symmetric root and of its pseudo-inverse.
struct Root {
  Eigen::MatrixXd root;
  Eigen::MatrixXd inverse;
};

Root root_of(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  Eigen::VectorXd roots = solver.eigenvalues();
  Eigen::VectorXd inverses = roots;
  const double least = least_relative_eigenvalue * std::max(roots.maxCoeff(), 0.0);
  for (Eigen::Index i = 0; i < roots.size(); ++i) {
    const bool has_root = roots[i] > least;
    roots[i] = has_root ? std::sqrt(roots[i]) : 0;
    inverses[i] = has_root ? 1 / roots[i] : 0;
  }
  const Eigen::MatrixXd& directions = solver.eigenvectors();
  return {directions * roots.asDiagonal() * directions.transpose(),
          directions * inverses.asDiagonal() * directions.transpose()};
}

// Rounding may leave a square that should be 0 a little below it.
constexpr double rounding = 1e-9;

}  // namespace

Eigen::VectorXd gradient_vector(const NormalEquations& equations) {
  return Eigen::Map<const Eigen::VectorXd>(equations.gradient.data(), static_cast<Eigen::Index>(equations.size()));
}

Eigen::MatrixXd matrix_of(const NormalEquations& equations) {
  const auto size = static_cast<Eigen::Index>(equations.size());
  return Eigen::Map<const Eigen::MatrixXd>(equations.matrix.data(), size, size);
}

std::optional<LeastSquaresForm> least_squares_form(const NormalEquations& equations, const Eigen::VectorXd& scales,
                                                   double floor) {
  const Eigen::MatrixXd scaled = scales.asDiagonal() * matrix_of(equations) * scales.asDiagonal();
  const Root root = root_of(scaled);
  const Eigen::VectorXd explained = root.inverse * scales.cwiseProduct(gradient_vector(equations));
  const double cost = equations.loss - floor;
  const double rest = 2 * cost - explained.squaredNorm();
  if (rest < -rounding * explained.squaredNorm()) return std::nullopt;
  LeastSquaresForm form;
  form.residuals.resize(scales.size() + 1);
  form.residuals << explained, std::sqrt(std::max(rest, 0.0));
  form.jacobian = Eigen::MatrixXd::Zero(scales.size() + 1, scales.size());
  form.jacobian.topRows(scales.size()) = root.root;
  return form;
}

double promised_decrease(const Eigen::VectorXd& gradient, const Eigen::MatrixXd& matrix) {
  if (gradient.size() == 0) return 0;
  return (root_of(matrix).inverse * gradient).squaredNorm();
}

}  // namespace nbt::refine
