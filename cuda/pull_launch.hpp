// Starts the kernels that derivatives take beside the rendering of values.
#pragma once

#include "cuda/gradient_target.hpp"
#include "cuda/image_target.hpp"
#include "cuda/normal_tile.hpp"
#include "cuda/runtime.hpp"

namespace nbt::cuda {

// Throw Error(device) when the launch fails.
void launch_pull(Precision precision, const FrozenScene& scene, const GradientTask& task, std::int64_t blocks,
                 const Stream& stream);
void launch_pull(Precision precision, const FrozenScene& scene, const ImageTask& task, std::int64_t blocks,
                 const Stream& stream);
void launch_normal(const FrozenScene& scene, const NormalTask& task, std::int64_t blocks, const Stream& stream);
// Propagates carries: nothing may add at the same time.
void launch_settle(ExactSum* sums, std::int64_t count, const Stream& stream);
// The values of sums that have copies one after the other, which nothing may add to any more.
void launch_read(const ExactSum* sums, std::int64_t count, std::int64_t copies, double* values, const Stream& stream);

// One precision and target each, in a file of its own.
void launch_pull_in_double(const FrozenScene& scene, const GradientTask& task, std::int64_t blocks,
                           const Stream& stream);
void launch_pull_in_float(const FrozenScene& scene, const GradientTask& task, std::int64_t blocks,
                          const Stream& stream);
void launch_pull_in_double(const FrozenScene& scene, const ImageTask& task, std::int64_t blocks, const Stream& stream);
void launch_pull_in_float(const FrozenScene& scene, const ImageTask& task, std::int64_t blocks, const Stream& stream);

}  // namespace nbt::cuda
