// How much of a device's own memory a run takes, known before it starts.
#pragma once

#include <cstdint>
#include <string>

#include "device/device.hpp"

namespace nbt {

// Of an image in pieces of so many rows; the limit is that of the options. Keeps references to plan and device.
class DeviceMemory {
 public:
  DeviceMemory(const Plan& plan, const Device& device, RenderOptions options, PixelType type);

  // More rows than there are count as all.
  std::int64_t bytes(std::int64_t rows_per_request) const;
  // 0: not even one row fits. Without a limit all of the tallest panel.
  std::int64_t largest_rows() const;

  // Both throw Error(memory_limit) with the figures and with what would fit. The first is for the whole image at once.
  void require_image_fits() const;
  void require_chunks_fit(std::int64_t rows_per_chunk) const;

 private:
  bool fits(std::int64_t rows_per_request) const;
  [[noreturn]] void refuse(const std::string& piece, std::int64_t rows, const std::string& remedy) const;

  const Plan& plan_;
  const Device& device_;
  RenderOptions options_;
  PixelType type_;
  std::int64_t row_count_ = 0;  // of the tallest panel
};

// Of derivatives, whatever their chunks. Throws Error(memory_limit) with both figures. Limit 0: none.
void require_derivatives_fit(const Device& device, std::int64_t bytes, std::int64_t limit_bytes);

}  // namespace nbt
