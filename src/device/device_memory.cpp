#include "device/device_memory.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "device/run_memory.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

std::string rows_text(std::int64_t rows) {
  return std::to_string(rows) + (rows == 1 ? " row" : " rows");
}

}  // namespace

DeviceMemory::DeviceMemory(const Plan& plan, const Device& device, RenderOptions options, PixelType type)
    : plan_(plan), device_(device), options_(std::move(options)), type_(type) {
  for (const Panel& panel : plan.scene.panels) row_count_ = std::max(row_count_, panel.slow_count);
}

std::int64_t DeviceMemory::bytes(std::int64_t rows_per_request) const {
  return device_.device_bytes(plan_, type_, std::min(rows_per_request, row_count_), options_);
}

bool DeviceMemory::fits(std::int64_t rows_per_request) const {
  return options_.device_memory_bytes <= 0 || bytes(rows_per_request) <= options_.device_memory_bytes;
}

std::int64_t DeviceMemory::largest_rows() const {
  if (fits(row_count_)) return row_count_;
  // By halving: how bytes grow with rows is known to the device alone.
  std::int64_t fitting = 0, failing = row_count_;
  while (failing - fitting > 1) {
    const std::int64_t middle = fitting + (failing - fitting) / 2;
    (fits(middle) ? fitting : failing) = middle;
  }
  return fitting;
}

void DeviceMemory::refuse(const std::string& piece, std::int64_t rows, const std::string& remedy) const {
  const std::int64_t fitting = largest_rows();
  const std::string fewest =
      "not even one row fits, which needs " + bytes_text(static_cast<double>(bytes(1))) +
      ": raise the limit, use fewer orientations or a smaller box of structure factors, or choose "
      "device cpu";
  throw Error(Status::memory_limit, piece + " on device " + device_.describe().name + " needs " +
                                        bytes_text(static_cast<double>(bytes(rows))) +
                                        " of its memory, the limit (limits.device_memory_bytes) is " +
                                        bytes_text(static_cast<double>(options_.device_memory_bytes)) + ": " +
                                        (fitting == 0 ? fewest : remedy + rows_text(fitting)));
}

void DeviceMemory::require_image_fits() const {
  if (!fits(row_count_))
    refuse("the whole image", row_count_, "render it in chunks, of which the largest that fits has ");
}

void DeviceMemory::require_chunks_fit(std::int64_t rows_per_chunk) const {
  const std::int64_t rows = std::min(rows_per_chunk, row_count_);
  if (!fits(rows)) refuse("a chunk of " + rows_text(rows), rows, "the largest chunk that fits has ");
}

void require_derivatives_fit(const Device& device, std::int64_t bytes, std::int64_t limit_bytes) {
  if (limit_bytes <= 0 || bytes <= limit_bytes) return;
  throw Error(Status::memory_limit, "derivatives on device " + device.describe().name + " need " +
                                        bytes_text(static_cast<double>(bytes)) +
                                        " of its memory, the limit (limits.device_memory_bytes) is " +
                                        bytes_text(static_cast<double>(limit_bytes)) +
                                        ": raise the limit, use fewer orientations or a smaller box of structure "
                                        "factors, ask for fewer derivatives, or choose device cpu");
}

}  // namespace nbt
