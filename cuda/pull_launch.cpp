#include "cuda/pull_launch.hpp"

#ifdef __CUDACC__
#include "cuda/cuda_check.hpp"
#endif

namespace nbt::cuda {
namespace {

// Over exact sums, one thread for each.
struct Settle {
  ExactSum* sums;
  NBT_KERNEL_FN void run(std::int64_t i) const { sums[i].settle(); }
};

struct Read {
  const ExactSum* sums;
  std::int64_t count;
  std::int64_t copies;
  double* values;
  NBT_KERNEL_FN void run(std::int64_t i) const {
    ExactSum all = sums[i];
    all.settle();
    for (std::int64_t copy = 1; copy < copies; ++copy) {
      ExactSum other = sums[copy * count + i];
      other.settle();
      for (int k = 0; k < exact_digits; ++k) all.digit[k] += other.digit[k];
      all.failures += other.failures;
    }
    values[i] = all.value();
  }
};

#ifdef __CUDACC__

template <class Work>
__global__ void run_for_each(const Work work, std::int64_t count) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < count) work.run(i);
}

template <class Work>
void launch_for_each(const Work& work, std::int64_t count, const Stream& stream) {
  if (count == 0) return;
  const DeviceScope scope(stream.device());
  const auto blocks = static_cast<unsigned>((count + team_threads - 1) / team_threads);
  run_for_each<<<blocks, team_threads, 0, static_cast<cudaStream_t>(stream.handle())>>>(work, count);
  check_cuda(cudaGetLastError(), stream.device(), "starting a kernel");
}

#else

template <class Work>
void launch_for_each(const Work& work, std::int64_t count, const Stream&) {
  for (std::int64_t i = 0; i < count; ++i) work.run(i);
}

#endif

}  // namespace

void launch_pull(Precision precision, const FrozenScene& scene, const GradientTask& task, std::int64_t blocks,
                 const Stream& stream) {
  if (precision == Precision::double_) return launch_pull_in_double(scene, task, blocks, stream);
  launch_pull_in_float(scene, task, blocks, stream);
}

void launch_pull(Precision precision, const FrozenScene& scene, const ImageTask& task, std::int64_t blocks,
                 const Stream& stream) {
  if (precision == Precision::double_) return launch_pull_in_double(scene, task, blocks, stream);
  launch_pull_in_float(scene, task, blocks, stream);
}

void launch_settle(ExactSum* sums, std::int64_t count, const Stream& stream) {
  launch_for_each(Settle{sums}, count, stream);
}

void launch_read(const ExactSum* sums, std::int64_t count, std::int64_t copies, double* values, const Stream& stream) {
  launch_for_each(Read{sums, count, copies, values}, count, stream);
}

}  // namespace nbt::cuda
