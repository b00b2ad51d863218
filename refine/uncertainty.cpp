#include "refine/uncertainty.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

#include "refine/least_squares_form.hpp"

namespace nbt::refine {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// A part of a direction without curvature larger than this makes a value undetermined.
constexpr double least_part = 1e-3;

// The matrix of the moving values, each in units that give it the diagonal 1, taken apart.
class Spectrum {
 public:
  Spectrum(const Eigen::MatrixXd& matrix)
      : scales_(matrix.diagonal().cwiseSqrt().cwiseInverse()),
        solver_(scales_.asDiagonal() * matrix * scales_.asDiagonal()) {}

  bool has_curvature(Eigen::Index direction) const {
    return solver_.eigenvalues()[direction] > least_relative_eigenvalue * solver_.eigenvalues().maxCoeff();
  }

  bool is_undetermined(Eigen::Index value) const {
    for (Eigen::Index i = 0; i < scales_.size(); ++i) {
      if (!has_curvature(i) && std::fabs(solver_.eigenvectors()(value, i)) > least_part) return true;
    }
    return false;
  }

  double covariance(Eigen::Index one, Eigen::Index other) const {
    double sum = 0;
    for (Eigen::Index i = 0; i < scales_.size(); ++i) {
      if (!has_curvature(i)) continue;
      sum += solver_.eigenvectors()(one, i) * solver_.eigenvectors()(other, i) / solver_.eigenvalues()[i];
    }
    return scales_[one] * scales_[other] * sum;
  }

 private:
  Eigen::VectorXd scales_;
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver_;
};

std::vector<Eigen::Index> moving_values(const std::vector<bool>& at_bound) {
  std::vector<Eigen::Index> moving;
  for (std::size_t i = 0; i < at_bound.size(); ++i) {
    if (!at_bound[i]) moving.push_back(static_cast<Eigen::Index>(i));
  }
  return moving;
}

Uncertainty nothing_known(std::size_t size) {
  return {std::vector<double>(size, nan), std::vector<double>(size * size, nan), std::vector<bool>(size, false)};
}

}  // namespace

Uncertainty uncertainty_of(const Minimum& minimum, bool variance_from_loss) {
  const std::size_t size = minimum.values.size();
  Uncertainty result = nothing_known(size);
  const std::vector<Eigen::Index> moving = moving_values(minimum.at_bound);
  if (moving.empty()) return result;
  const Spectrum spectrum(matrix_of(minimum.equations)(moving, moving));
  const double variance = variance_factor(minimum.equations, variance_from_loss);
  const auto count = static_cast<Eigen::Index>(moving.size());
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(moving[static_cast<std::size_t>(i)]);
    result.undetermined[row] = spectrum.is_undetermined(i);
    if (result.undetermined[row]) continue;
    result.standard_errors[row] = std::sqrt(variance * spectrum.covariance(i, i));
    for (Eigen::Index j = 0; j < count; ++j) {
      if (spectrum.is_undetermined(j)) continue;
      const auto column = static_cast<std::size_t>(moving[static_cast<std::size_t>(j)]);
      result.correlations[row * size + column] =
          spectrum.covariance(i, j) / std::sqrt(spectrum.covariance(i, i) * spectrum.covariance(j, j));
    }
  }
  return result;
}

}  // namespace nbt::refine
