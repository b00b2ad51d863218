// What is minimised, as a method of least squares looks at it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nbt::refine {

// Of the loss L at one point. The matrix is the expected second derivative of L, J^T W J of Gauss-Newton.
struct NormalEquations {
  double loss = 0;
  std::int64_t pixels = 0;       // that count
  std::vector<double> gradient;  // dL by each value
  std::vector<double> matrix;    // row after row, symmetric

  std::size_t size() const { return gradient.size(); }
  double element(std::size_t row, std::size_t column) const { return matrix[row * size() + column]; }
};

// A value that may move within a closed range.
struct FreeValue {
  std::string name;
  double start = 0;
  double minimum = 0;
  double maximum = 0;
};

class Objective {
 public:
  virtual ~Objective() = default;

  // Throws Error(out_of_range) or Error(inconsistent_scene) where the point makes no sense: the minimiser then tries a
  // shorter step. Any other exception ends the minimisation.
  virtual NormalEquations evaluate(std::span<const double> values) = 0;
};

}  // namespace nbt::refine
