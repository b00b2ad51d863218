#include "cpu/cpu_device.hpp"

#include <algorithm>
#include <fstream>

#include "cpu/gradient_loop.hpp"
#include "cpu/jacobian_loop.hpp"
#include "cpu/normal_span.hpp"
#include "cpu/simd_targets.hpp"
#include "cpu/thread_choice.hpp"
#include "cpu/tile_loop.hpp"
#include "cpu/trace.hpp"
#include "device/builtin_devices.hpp"
#include "device/cuda_options.hpp"
#include "device/request_rules.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

constexpr char cpu_name[] = "cpu";

// Linux only; elsewhere the instruction set has to do.
std::string read_processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t start = line.find_first_not_of(" \t", line.find(':') + 1);
    return start == std::string::npos ? "processor" : line.substr(start);
  }
  return "processor";
}

// Read once: the file takes the system longer to write than a small image takes to render.
const std::string& processor_name() {
  static const std::string name = read_processor_name();
  return name;
}

std::unique_ptr<SpanRenderer> make_renderer(const Plan& plan, const RenderOptions& options) {
  const std::int64_t target = find_simd_target(options.simd_target);
  if (plan.scene.precision == Precision::exact) return make_exact_renderer(plan);
  return make_vector_renderer(plan, target);
}

// Of all requests that a run of so many rows at a time makes.
int most_threads_of(const Plan& plan, const RenderOptions& options, std::int64_t rows_per_request) {
  const int limit = thread_limit(options.threads);
  int most = 1;
  for (std::size_t panel = 0; panel < plan.scene.panels.size(); ++panel) {
    const std::int64_t row_count = plan.scene.panels[panel].slow_count;
    const std::int64_t step = std::clamp<std::int64_t>(rows_per_request, 1, row_count);
    for (std::int64_t row = 0; row < row_count && most < limit; row += step) {
      const RowRange rows{static_cast<std::int32_t>(panel), row, std::min(step, row_count - row)};
      most = std::max(most, thread_count(plan, rows, limit));
    }
  }
  return most;
}

// For whole panels at once: chunks of them use as many threads or fewer.
int most_threads_of_panels(const Plan& plan, const RenderOptions& options) {
  int threads = 1;
  for (std::size_t panel = 0; panel < plan.scene.panels.size(); ++panel) {
    threads = std::max(threads, thread_count(plan, static_cast<std::int32_t>(panel), thread_limit(options.threads)));
  }
  return threads;
}

}  // namespace

DeviceDescription CpuDevice::describe() const {
  DeviceDescription description;
  description.name = cpu_name;
  try {
    description.model = processor_name() + ", " + simd_target_name(find_simd_target(""));
  } catch (const Error& error) {  // NBT_SIMD_TARGET names what is not there
    description.model = processor_name();
    description.available = false;
    description.reason = error.what();
  }
  return description;
}

void CpuDevice::render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
                       const RunControl& control) const {
  require_request(plan, request);
  require_no_cuda_options(options, cpu_name);
  const int threads =
      thread_count(plan, {request.panel, request.first_row, request.row_count}, thread_limit(options.threads));
  render_tiles(plan, request, *make_renderer(plan, options), threads, control);
}

void CpuDevice::add_gradient(const Plan& plan, const GradientRequest& request, const RenderOptions& options,
                             const RunControl& control) const {
  const RowRange rows{request.panel, request.first_row, request.row_count};
  require_rows(plan, request.panel, request.first_row, request.row_count);
  require_no_cuda_options(options, cpu_name);
  const int threads = thread_count(plan, rows, thread_limit(options.threads));
  add_gradient_of_rows(plan, request, find_simd_target(options.simd_target), threads, control);
}

void CpuDevice::finish_gradient(const Plan&, const GradientRequest&) const {}

void CpuDevice::find_derivatives(const Plan& plan, const JacobianRequest& request, const RenderOptions& options,
                                 const RunControl& control) const {
  const RowRange rows{request.panel, request.first_row, request.row_count};
  require_rows(plan, request.panel, request.first_row, request.row_count);
  require_no_cuda_options(options, cpu_name);
  const int threads = thread_count(plan, rows, thread_limit(options.threads));
  find_derivatives_of_rows(plan, request, find_simd_target(options.simd_target), threads, control);
}

void CpuDevice::finish_derivatives(const Plan&, const JacobianRequest&) const {}

ExecutionSetup CpuDevice::setup(const Plan& plan, const RenderOptions& options, std::int64_t rows_per_request) const {
  return {most_threads_of(plan, options, rows_per_request), simd_target_name(find_simd_target(options.simd_target))};
}

std::string CpuDevice::trace_pixel(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) const {
  return trace_pixel_json(plan, panel, slow, fast);
}

std::int64_t CpuDevice::scratch_bytes(const Plan& plan, const RenderOptions& options) const {
  return most_threads_of_panels(plan, options) * static_cast<std::int64_t>(sizeof(Scratch));
}

std::int64_t CpuDevice::device_bytes(const Plan&, PixelType, std::int64_t, const RenderOptions&) const {
  return 0;
}

std::int64_t CpuDevice::gradient_scratch_bytes(const Plan& plan, const GradientRequest& request,
                                               const RenderOptions& options) const {
  const GradientWishes wishes{request.shape, request.amplitudes, request.source_weights};
  return most_threads_of_panels(plan, options) * nbt::gradient_scratch_bytes(plan, wishes);
}

std::int64_t CpuDevice::gradient_device_bytes(const Plan&, const GradientRequest&, const RenderOptions&) const {
  return 0;
}

std::int64_t CpuDevice::jacobian_scratch_bytes(const Plan& plan, std::size_t movements,
                                               const RenderOptions& options) const {
  const std::size_t normal = sizeof(NormalScratch) + (movements + 1) * (movements + 2) * sizeof(double);
  return most_threads_of_panels(plan, options) *
         (nbt::jacobian_scratch_bytes(movements) + static_cast<std::int64_t>(normal));
}

std::int64_t CpuDevice::jacobian_device_bytes(const Plan&, std::size_t, const RenderOptions&) const {
  return 0;
}

std::shared_ptr<const Device> cpu_device() {
  static const std::shared_ptr<const Device> device = std::make_shared<CpuDevice>();
  return device;
}

}  // namespace nbt
