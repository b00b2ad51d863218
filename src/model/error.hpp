// What can go wrong inside the library, as one exception type.
//
// Thrown anywhere below the C boundary, turned into a status and a message there, and nowhere else.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace nbt {

// Values are part of the C ABI (nbt.h, NBT_ERROR_*): they never change, new ones are added at the end.
enum class Status : std::int32_t {
  ok = 0,
  invalid_argument = 1,    // a null pointer, a malformed text, a value that makes no sense
  unknown_name = 2,        // parameter, option, token or device that does not exist
  wrong_length = 3,        // right name, wrong number of values
  out_of_range = 4,        // a number outside what is allowed
  inconsistent_scene = 5,  // each value is fine, together they are not
  file = 6,                // a file that cannot be read, written or understood
  memory_limit = 7,        // the run would pass limits.memory_bytes or limits.device_memory_bytes
  out_of_memory = 8,       // the system refused memory
  cancelled = 9,           // stopped by the caller
  device = 10,             // no such device, or the device failed
  unsupported = 11,        // something this build or this device cannot do
  internal = 12            // a defect of the library
};

class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  Status status() const noexcept { return status_; }

 private:
  Status status_;
};

}  // namespace nbt
