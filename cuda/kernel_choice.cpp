#include "cuda/kernel_choice.hpp"

#include "cuda/runtime.hpp"
#include "device/render_tables.hpp"
#include "model/error.hpp"

namespace nbt::cuda {
namespace {

// Doubles that are slower cost more than pairs of floats, which take some ten operations for one.
constexpr int slow_double = 4;

// What decides how indices can be computed.
struct IndexNeeds {
  Precision precision = Precision::single;
  bool square = true;
  bool flat = true;
  bool fit_64_bits = true;  // in `single`
};

IndexNeeds needs_of(const Plan& plan, Precision precision) {
  const CrystalConstants crystal = crystal_constants(plan);
  return {precision, crystal.shape == Shape::square, !plan.scene.panels.front().curved, crystal.fraction_bits > 0};
}

// With floats after it where the precision is `single` or `fast`.
IndexScheme in_double(const IndexNeeds& needs) {
  return needs.precision == Precision::double_ ? IndexScheme::in_double : IndexScheme::in_double_then_float;
}

IndexScheme fixed_point(const IndexNeeds& needs) {
  return needs.precision == Precision::fast ? IndexScheme::fixed_point_32 : IndexScheme::fixed_point_64;
}

// Null: the scene has this arithmetic on this device. Otherwise what has it, and what to choose.
const char* obstacle(IndexArithmetic wanted, const IndexNeeds& needs) {
  if (wanted == IndexArithmetic::in_double) return nullptr;
  if (needs.precision == Precision::double_) {
    return "for precisions single and fast alone, and this is computed in double: choose auto or double";
  }
  if (!needs.square) return "for crystal.shape square alone: choose auto or double";
  if (!needs.flat) return "for flat panels alone: choose auto or double, or leave detector.curved at 0";
  if (wanted == IndexArithmetic::fixed_point && needs.precision == Precision::single && !needs.fit_64_bits) {
    return "in precision single for indices and crystal.cells that 64 bits hold, and those of this scene are too "
           "large: choose auto, double or float_pairs";
  }
  return nullptr;
}

IndexScheme fastest(const IndexNeeds& needs, int double_slower_by) {
  if (double_slower_by >= slow_double && !obstacle(IndexArithmetic::float_pairs, needs)) {
    return IndexScheme::float_pairs;
  }
  return obstacle(IndexArithmetic::fixed_point, needs) ? in_double(needs) : fixed_point(needs);
}

IndexScheme forced(IndexArithmetic wanted, const IndexNeeds& needs) {
  if (wanted == IndexArithmetic::in_double) return in_double(needs);
  return wanted == IndexArithmetic::float_pairs ? IndexScheme::float_pairs : fixed_point(needs);
}

}  // namespace

RenderChoice KernelChooser::of_image(const Plan& plan, IndexArithmetic wanted) const {
  return choose(plan, plan.scene.precision, wanted);
}

RenderChoice KernelChooser::of_values(const Plan& plan, IndexArithmetic wanted) const {
  const Precision precision = plan.scene.precision;
  return choose(plan, precision == Precision::fast ? Precision::single : precision, wanted);
}

RenderChoice KernelChooser::choose(const Plan& plan, Precision precision, IndexArithmetic wanted) const {
  const IndexNeeds needs = needs_of(plan, precision);
  const bool automatic = wanted == IndexArithmetic::automatic;
  if (const char* const only = automatic ? nullptr : obstacle(wanted, needs)) {
    throw Error(Status::unsupported, "execution.index_arithmetic is '" + name_of(wanted) + "', which device " +
                                         device_name(device_) + " has " + only);
  }
  RenderChoice choice;
  choice.scheme = automatic ? fastest(needs, double_slower_by_) : forced(wanted, needs);
  choice.shape = plan.scene.crystal.shape;
  choice.lookup = first_lookup(plan);
  choice.products = needs.flat ? 2 : 3;
  return choice;
}

Lookup first_lookup(const Plan& plan) {
  if (plan.scene.structure_factor_sets.front() == nullptr) return Lookup::constant;
  return plan.scene.tricubic ? Lookup::tricubic : Lookup::nearest;
}

IndexArithmetic arithmetic_of(IndexScheme scheme) {
  switch (scheme) {
    case IndexScheme::fixed_point_64:
    case IndexScheme::fixed_point_32:
      return IndexArithmetic::fixed_point;
    case IndexScheme::float_pairs:
      return IndexArithmetic::float_pairs;
    case IndexScheme::in_double:
    case IndexScheme::in_double_then_float:
      break;
  }
  return IndexArithmetic::in_double;
}

}  // namespace nbt::cuda
