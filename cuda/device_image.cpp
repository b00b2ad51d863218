#include "cuda/device_image.hpp"

#include <algorithm>
#include <cstdint>
#include <sstream>

#include "cuda/row_launch.hpp"
#include "cuda/slab_rows.hpp"
#include "device/request_rules.hpp"
#include "device/run_memory.hpp"
#include "model/error.hpp"

namespace nbt::cuda {
namespace {

[[noreturn]] void refuse(const char* what, const void* address, const std::string& why) {
  std::ostringstream text;
  text << what << ' ' << address << ' ' << why;
  throw Error(Status::invalid_argument, text.str());
}

std::string described(const MemoryPlace& place) {
  if (place.kind == MemoryKind::device) return "is memory of device " + device_name(place.device);
  return "is not memory of a device";
}

bool is_memory_of(int device, const MemoryPlace& place) {
  return place.kind == MemoryKind::managed || (place.kind == MemoryKind::device && place.device == device);
}

// Its first and its last byte: where memory ends, the runtime does not tell.
void require_memory_of(int device, const std::byte* pixels, std::int64_t bytes) {
  const MemoryPlace first = place_of(device, pixels);
  if (!is_memory_of(device, first)) {
    refuse("pixels", pixels,
           described(first) + ": hand in memory of " + device_name(device) +
               ", which execution.device chooses, or call nbt_run for memory of the host");
  }
  if (is_memory_of(device, place_of(device, pixels + bytes - 1))) return;
  refuse("pixels", pixels,
         "is memory of device " + device_name(device) + ", but the image's last byte, " + std::to_string(bytes - 1) +
             " bytes later, is not: capacity says more than there is");
}

void require_stream_of(int device, const void* stream) {
  const int found = device_of_stream(device, stream);
  if (found == device) return;
  refuse("stream", stream,
         "belongs to device " + device_name(found) + ": hand in one of " + device_name(device) +
             ", which execution.device chooses, or null for its default stream");
}

}  // namespace

void require_device_image(const Plan& plan, int device, const InPlaceRequest& request) {
  const Panel& panel = require_rows(plan, request.panel, 0, 0);
  const std::int64_t element = pixel_bytes(request.type);
  if (reinterpret_cast<std::uintptr_t>(request.pixels) % static_cast<std::uintptr_t>(element) != 0) {
    refuse("pixels", request.pixels, "is not a multiple of " + std::to_string(element) + ", the size of an element");
  }
  require_memory_of(device, static_cast<const std::byte*>(request.pixels),
                    elements_of_image(panel.fast_count, panel.slow_count, request.row_stride) * element);
  require_stream_of(device, request.stream);
}

// As many rows at a time as if they went to the host: the caller hears of progress as often, and a cancel waits no
// longer.
void render_device_image(const DeviceImageSetup& setup, const InPlaceRequest& request, const RunControl& control) {
  const Panel& panel = setup.plan.scene.panels[static_cast<std::size_t>(request.panel)];
  const std::int64_t step = std::min(slab_rows(setup.plan, pixel_bytes(request.type), std::nullopt).rows,
                                     rows_of_one_launch(setup.plan, panel.fast_count));
  RowsToRender rows{request.panel, 0, 0, request.type == PixelType::float64, request.pixels, request.row_stride};
  Stream stream = Stream::borrowed(setup.device, request.stream);
  try {
    for (; rows.first_row < panel.slow_count; rows.first_row += step) {
      rows.row_count = std::min(step, panel.slow_count - rows.first_row);
      rows.pixels =
          static_cast<std::byte*>(request.pixels) + rows.first_row * request.row_stride * pixel_bytes(request.type);
      launch_rows(setup.plan, setup.frozen, setup.kernel, rows, control, stream);
      stream.wait();
      if (control.progress) control.progress((rows.first_row + rows.row_count) * panel.fast_count);
    }
  } catch (...) {
    settle(stream);
    throw;
  }
}

}  // namespace nbt::cuda
