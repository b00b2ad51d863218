// An objective that needs no detector: a curve of a few values through points, with the losses of nbt.h.
#pragma once

#include <functional>
#include <vector>

#include "refine/objective.hpp"

namespace nbt::refine::tests {

enum class CurveLoss { least_squares, poisson };

struct CurvePoint {
  double value = 0;
  std::vector<double> derivatives;
};

class FittedCurve final : public Objective {
 public:
  using Curve = std::function<CurvePoint(double place, std::span<const double> values)>;

  FittedCurve(CurveLoss loss, Curve curve, std::vector<double> places)
      : loss_(loss), curve_(std::move(curve)), places_(std::move(places)) {}

  std::vector<double> model(std::span<const double> values) const;
  void set_data(std::vector<double> data) { data_ = std::move(data); }
  NormalEquations evaluate(std::span<const double> values) override;

 private:
  CurveLoss loss_;
  Curve curve_;
  std::vector<double> places_;
  std::vector<double> data_;
};

}  // namespace nbt::refine::tests
