// Parameters as the formulas of resolve() read them: numbers, of which one component may move.
#pragma once

#include <optional>

#include "model/dual.hpp"
#include "model/parameters.hpp"
#include "model/vector.hpp"

namespace nbt {

// With Real = Dual, the seeded component moves at 1 per its own unit (mm, deg, A, ...).
template <class Real>
class Inputs {
 public:
  explicit Inputs(const Parameters& parameters) : parameters_(parameters) {}
  Inputs(const Parameters& parameters, const ParameterComponent& seed) : parameters_(parameters), seed_(seed) {}

  const Parameters& parameters() const { return parameters_; }
  bool given(ParameterId id) const { return parameters_.given(id); }
  bool automatic(ParameterId id) const { return parameters_.automatic(id); }
  bool boolean(ParameterId id) const { return parameters_.boolean(id); }
  std::int64_t integer(ParameterId id, int component = 0) const { return parameters_.integer(id, component); }
  const std::string& text(ParameterId id) const { return parameters_.text(id); }

  // For what only decides: counts, branches, limits.
  double value(ParameterId id, int component = 0) const { return parameters_.real(id, component); }

  Real real(ParameterId id, int component = 0) const {
    return with_tangent(Real(parameters_.real(id, component)), tangent(id, component));
  }
  VectorOf<Real> vector(ParameterId id) const { return {real(id, 0), real(id, 1), real(id, 2)}; }

  // 1 for the seeded component, 0 for others: how an automatic value moves.
  double tangent(ParameterId id, int component = 0) const {
    return seed_ && seed_->id == id && seed_->component == component ? 1 : 0;
  }
  VectorOf<double> tangent_vector(ParameterId id) const { return {tangent(id, 0), tangent(id, 1), tangent(id, 2)}; }

 private:
  const Parameters& parameters_;
  std::optional<ParameterComponent> seed_;
};

// `v` moving by `tangent` more.
template <class Real>
VectorOf<Real> with_tangent(const VectorOf<Real>& v, const Vector3& tangent) {
  return {with_tangent(v.x, tangent.x), with_tangent(v.y, tangent.y), with_tangent(v.z, tangent.z)};
}

}  // namespace nbt
