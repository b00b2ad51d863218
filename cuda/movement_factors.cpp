#include "cuda/movement_factors.hpp"

#include <algorithm>

#include "cuda/adjoint_of_sums.hpp"
#include "cuda/gradient_sums.hpp"
#include "model/dual_vector.hpp"

namespace nbt::cuda {
namespace {

constexpr std::int64_t combination_elements = 9;

std::int64_t first_combination(const Plan& plan) {
  return source_sum::place(static_cast<std::int64_t>(plan.sources.size()));
}

std::int64_t stride_of(const Plan& plan) {
  return first_combination(plan) + combination_elements;
}

double along(const double (&adjoint)[3], const Vector3& tangent) {
  return dot(vector_of(adjoint), tangent);
}

double product(const SharedAdjoint& by, const PlanTangent& moved) {
  double sum = along(by.fast, moved.fast) + along(by.slow, moved.slow) + along(by.normal, moved.normal) +
               along(by.origin_m, moved.origin_m) + along(by.beam_direction, moved.beam_direction);
  sum += by.pixel_size_m * moved.pixel_size_m + by.close_distance_m * moved.close_distance_m +
         by.layer_pitch_m * moved.layer_pitch_m + by.absorption * moved.absorption;
  sum += by.distance_m * moved.distance_m + by.true_fast_beam_m * moved.true_fast_beam_m +
         by.true_slow_beam_m * moved.true_slow_beam_m;
  sum += by.polarization_factor * moved.polarization_factor + by.scale * moved.scale + by.background * moved.background;
  sum += by.log_terms * moved.log_terms + by.log_default * moved.log_default;
  for (int k = 0; k < 6; ++k) sum += by.shape[k] * moved.shape[k];
  return sum;
}

// What each of the shared sums is worth: adjoints are linear in them.
void set_shared(const Plan& plan, const Panel& panel, const PlanTangent& moved, double* factors) {
  for (int place = 0; place < shared_sum::count; ++place) {
    double one[shared_sum::count] = {};
    one[place] = 1;
    SharedAdjoint adjoint;
    add_shared(plan, panel, one, adjoint);
    factors[place] = product(adjoint, moved);
  }
}

void set_sources(const Plan& plan, const PlanTangent& moved, double* factors) {
  for (std::size_t s = 0; s < plan.sources.size(); ++s) {
    double* of_source = factors + source_sum::place(static_cast<std::int64_t>(s));
    const SourceTangent by = moved.sources.empty() ? SourceTangent() : moved.sources[s];
    const Vector3 magnetic = tangent_of(unit(cross(moving(plan.scene.polarization_axis, moved.polarization_axis),
                                                   moving(vector_of(plan.sources[s].incident), by.incident))));
    const auto set = [&](int place, const Vector3& v) {
      of_source[place] = v.x;
      of_source[place + 1] = v.y;
      of_source[place + 2] = v.z;
    };
    set(source_sum::incident, by.incident);
    set(source_sum::magnetic, magnetic);
    of_source[source_sum::wavelength] = by.wavelength_m;
  }
}

std::vector<double> factors_of(const Plan& plan, std::span<const PlanTangent> movements) {
  const std::int64_t stride = stride_of(plan);
  std::vector<double> factors(plan.scene.panels.size() * movements.size() * static_cast<std::size_t>(stride));
  double* next = factors.data();
  for (const Panel& panel : plan.scene.panels) {
    for (const PlanTangent& moved : movements) {
      set_shared(plan, panel, moved, next);
      set_sources(plan, moved, next);
      for (int k = 0; k < combination_elements; ++k) {
        next[first_combination(plan) + k] = moved.combination[k / 3][k % 3];
      }
      next += stride;
    }
  }
  return factors;
}

}  // namespace

MovementFactors::MovementFactors(const Plan& plan, std::span<const PlanTangent> movements, Stream& stream)
    : movements_(static_cast<int>(movements.size())), stride_(stride_of(plan)) {
  for (const PlanTangent& moved : movements) {
    shape_ = shape_ || moved.moves_shape();
    combines_ = combines_ || moved.combines_axes();
  }
  const std::vector<double> factors = factors_of(plan, movements);
  factors_ = stored(factors.data(), factors.size(), stream);
  upload_tables(movements, stream);
}

void MovementFactors::upload_tables(std::span<const PlanTangent> movements, Stream& stream) {
  std::vector<MovedTables> tables(movements.size());
  const auto upload = [&](const std::vector<Orientation>& table) -> const Orientation* {
    if (table.empty()) return nullptr;
    orientations_.push_back(stored(table.data(), table.size(), stream));
    return static_cast<const Orientation*>(orientations_.back().get());
  };
  for (std::size_t p = 0; p < movements.size(); ++p) {
    tables[p] = {upload(movements[p].orientations), upload(movements[p].first_sweep)};
  }
  if (!orientations_.empty()) tables_ = stored(tables.data(), tables.size(), stream);
}

void MovementFactors::set(std::int32_t panel, ImageTask& task) const {
  task.movements = movements_;
  task.shape = shape_;
  task.combines = combines_;
  task.factors = static_cast<const double*>(factors_.get()) + panel * movements_ * stride_;
  task.factor_stride = stride_;
  task.first_combination = stride_ - combination_elements;
  task.tables = static_cast<const MovedTables*>(tables_.get());
}

std::int64_t MovementFactors::bytes(const Plan& plan, std::size_t movements) {
  const auto count = static_cast<std::int64_t>(movements);
  const auto panels = static_cast<std::int64_t>(plan.scene.panels.size());
  const auto orientations = static_cast<std::int64_t>(plan.orientations.size() + plan.first_sweep.size());
  return count * (panels * stride_of(plan) * static_cast<std::int64_t>(sizeof(double)) +
                  orientations * static_cast<std::int64_t>(sizeof(Orientation)) +
                  static_cast<std::int64_t>(sizeof(MovedTables)));
}

}  // namespace nbt::cuda
