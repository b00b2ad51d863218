#include "cpu/cpu_device.hpp"

#include <fstream>

#include "cpu/simd_targets.hpp"
#include "cpu/tile_loop.hpp"
#include "cpu/trace.hpp"
#include "device/builtin_devices.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

// Linux only; elsewhere the instruction set has to do.
std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t start = line.find_first_not_of(" \t", line.find(':') + 1);
    return start == std::string::npos ? "processor" : line.substr(start);
  }
  return "processor";
}

void check(const Plan& plan, const RenderRequest& request) {
  const auto panels = static_cast<std::int64_t>(plan.scene.panels.size());
  if (request.panel < 0 || request.panel >= panels) {
    throw Error(Status::out_of_range,
                "panel " + std::to_string(request.panel) + " does not exist; there are " + std::to_string(panels));
  }
  const Panel& panel = plan.scene.panels[static_cast<std::size_t>(request.panel)];
  const bool rows_fit =
      request.first_row >= 0 && request.row_count >= 0 && request.row_count <= panel.slow_count - request.first_row;
  if (!rows_fit) {
    throw Error(Status::out_of_range, "rows " + std::to_string(request.first_row) + " and " +
                                          std::to_string(request.row_count - 1) + " more do not lie on the panel's " +
                                          std::to_string(panel.slow_count) + " rows");
  }
  if (request.row_count > 0 && request.pixels == nullptr) throw Error(Status::invalid_argument, "no pixel buffer");
  if (request.row_stride < panel.fast_count) {
    throw Error(Status::out_of_range, "row stride " + std::to_string(request.row_stride) + " is less than the row's " +
                                          std::to_string(panel.fast_count) + " pixels");
  }
}

std::unique_ptr<SpanRenderer> make_renderer(const Plan& plan, const RenderOptions& options) {
  const std::int64_t target = find_simd_target(options.simd_target);
  if (plan.scene.precision == Precision::exact) return make_exact_renderer(plan);
  return make_vector_renderer(plan, target);
}

}  // namespace

DeviceDescription CpuDevice::describe() const {
  DeviceDescription description;
  description.name = "cpu";
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
  check(plan, request);
  render_tiles(plan, request, *make_renderer(plan, options), options.threads, control);
}

ExecutionSetup CpuDevice::setup(const RenderOptions& options) const {
  return {thread_count(options.threads), simd_target_name(find_simd_target(options.simd_target))};
}

std::string CpuDevice::trace_pixel(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) const {
  return trace_pixel_json(plan, panel, slow, fast);
}

std::int64_t CpuDevice::scratch_bytes(const Plan&, const RenderOptions& options) const {
  return thread_count(options.threads) * static_cast<std::int64_t>(sizeof(Scratch));
}

std::shared_ptr<const Device> cpu_device() {
  static const std::shared_ptr<const Device> device = std::make_shared<CpuDevice>();
  return device;
}

}  // namespace nbt
