// How movements of the plan (parameters, or several at once) move the pixels: the factors that the kernel of derivative
// images takes, in a device's memory.
#pragma once

#include <span>
#include <vector>

#include "cuda/image_target.hpp"
#include "cuda/runtime.hpp"
#include "plan/plan_tangent.hpp"

namespace nbt::cuda {

class MovementFactors {
 public:
  MovementFactors(const Plan& plan, std::span<const PlanTangent> movements, Stream& stream);

  void set(std::int32_t panel, ImageTask& task) const;

  // What the movements take at most.
  static std::int64_t bytes(const Plan& plan, std::size_t movements);

 private:
  void upload_tables(std::span<const PlanTangent> movements, Stream& stream);

  int movements_;
  std::int64_t stride_;  // of a movement's factors
  bool shape_ = false;
  bool combines_ = false;
  DeviceMemory factors_;  // panel by panel, movement by movement
  DeviceMemory tables_;   // MovedTables; none where no movement has any
  std::vector<DeviceMemory> orientations_;
};

}  // namespace nbt::cuda
