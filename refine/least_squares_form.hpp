// Normal equations in the form that Ceres takes: residuals and their Jacobian.
//
// Ceres wants r and J with cost |r|^2 / 2, gradient J^T r and Gauss-Newton matrix J^T J. Of a detector image it is too
// large to hold, and of a Poisson loss it is no sum of squares; known are loss L, gradient g and matrix H. With a root
// H = J^T J of as many rows as there are values,
//
//     r = [ J^-T g ; sqrt(2 (L - floor) - |J^-T g|^2) ],   Jacobian [ J ; 0 ]
//
// has exactly cost L - floor, gradient g and matrix H, so that Ceres's Levenberg-Marquardt takes the steps that it
// would take with all pixels. `floor` is any constant that keeps the square root real; differences of the cost do not
// feel it.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "refine/objective.hpp"

namespace nbt::refine {

// Directions in which the scaled matrix is below this part of its largest eigenvalue have no root that means anything:
// about the rounding error of sums over 10^6 pixels in single precision, squared.
inline constexpr double least_relative_eigenvalue = 1e-12;

Eigen::VectorXd gradient_vector(const NormalEquations& equations);
Eigen::MatrixXd matrix_of(const NormalEquations& equations);

struct LeastSquaresForm {
  Eigen::VectorXd residuals;  // one more than there are values
  Eigen::MatrixXd jacobian;
};

// Of values y with x = start + scales * y. The root is symmetric (Q sqrt(E) Q^T); directions without a root get neither
// residual nor Jacobian, so that no step moves along them. Nothing: the loss lies so far below the promise of its
// gradient that no real square root is left.
std::optional<LeastSquaresForm> least_squares_form(const NormalEquations& equations, const Eigen::VectorXd& scales,
                                                   double floor);

// g^T H^+ g, twice the decrease that the quadratic model promises.
double promised_decrease(const Eigen::VectorXd& gradient, const Eigen::MatrixXd& matrix);

}  // namespace nbt::refine
