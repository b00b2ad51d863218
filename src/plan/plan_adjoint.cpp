#include "plan/plan_adjoint.hpp"

#include <algorithm>
#include <type_traits>

namespace nbt {
namespace {

// Structures of doubles as arrays of them.
template <class T>
std::span<double> numbers(T* first, std::size_t count) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(double) == 0);
  return {reinterpret_cast<double*>(first), count * sizeof(T) / sizeof(double)};
}

template <class T>
void add_numbers(const T* from, T* to, std::size_t count) {
  const std::span<double> sums = numbers(to, count);
  const double* terms = reinterpret_cast<const double*>(from);
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += terms[i];
}

template <class T>
void add_all(const std::vector<T>& from, std::vector<T>& to) {
  add_numbers(from.data(), to.data(), to.size());
}

std::size_t amplitude_count(const Plan& plan) {
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  return set ? set->amplitudes.size() : 0;
}

}  // namespace

PlanAdjoint::PlanAdjoint(const Plan& plan, bool with_amplitudes)
    : sources(plan.sources.size()),
      orientations(plan.orientations.size(), Orientation{}),
      first_sweep(plan.first_sweep.size(), Orientation{}),
      amplitudes(with_amplitudes ? amplitude_count(plan) : 0) {}

void PlanAdjoint::clear() {
  shared = SharedAdjoint();
  std::fill(sources.begin(), sources.end(), SourceAdjoint());
  std::fill(orientations.begin(), orientations.end(), Orientation{});
  std::fill(first_sweep.begin(), first_sweep.end(), Orientation{});
  std::fill(amplitudes.begin(), amplitudes.end(), 0.0);
}

void PlanAdjoint::add(const PlanAdjoint& other) {
  add_numbers(&other.shared, &shared, 1);
  add_all(other.sources, sources);
  add_all(other.orientations, orientations);
  add_all(other.first_sweep, first_sweep);
  if (!other.amplitudes.empty()) add_all(other.amplitudes, amplitudes);
}

std::int64_t plan_adjoint_bytes(const Plan& plan, bool amplitudes) {
  const std::size_t bytes = sizeof(PlanAdjoint) + plan.sources.size() * sizeof(SourceAdjoint) +
                            (plan.orientations.size() + plan.first_sweep.size()) * sizeof(Orientation) +
                            (amplitudes ? amplitude_count(plan) * sizeof(double) : 0);
  return static_cast<std::int64_t>(bytes);
}

}  // namespace nbt
