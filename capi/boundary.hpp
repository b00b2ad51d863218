// What every exported function shares: the way in and the way out of an exception.
#pragma once

#include <nbt/nbt.h>

#include <atomic>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "last_error.hpp"
#include "model/error.hpp"
#include "records.hpp"
#include "simulation.hpp"

struct nbt_simulation {
  nbt::Simulation simulation;
  mutable nbt::LastError last_error;
  mutable std::atomic_flag busy;  // a call is under way
};

namespace nbt {

// Turns the exception into a status and keeps its message: in the handle, or for this thread when that is null.
nbt_status record_failure(const nbt_simulation* handle, const std::exception_ptr& failure) noexcept;

// The message of calls that had no handle to keep it.
LastError& thread_error() noexcept;

// The way in for functions without a handle.
template <class Body>
nbt_status at_boundary(Body&& body) noexcept {
  try {
    body();
    return NBT_OK;
  } catch (...) {
    return record_failure(nullptr, std::current_exception());
  }
}

class BusyHandle {
 public:
  explicit BusyHandle(const nbt_simulation& handle) : flag_(handle.busy) {}
  ~BusyHandle() { flag_.clear(); }
  BusyHandle(const BusyHandle&) = delete;
  BusyHandle& operator=(const BusyHandle&) = delete;

 private:
  std::atomic_flag& flag_;
};

// The way in for functions on a handle. A call from inside a callback of the same handle, or from a second thread
// while the first has not returned, is refused; its message is kept for the thread.
template <class Handle, class Body>
nbt_status at_boundary(Handle* handle, Body&& body) noexcept {
  if (!handle || handle->busy.test_and_set()) {
    return at_boundary([&] {
      throw Error(Status::invalid_argument, handle
                                                ? "the handle is in use: wait until the call that uses it has returned"
                                                : "simulation is null");
    });
  }
  const BusyHandle busy(*handle);
  try {
    body(handle->simulation);
    return NBT_OK;
  } catch (...) {
    return record_failure(handle, std::current_exception());
  }
}

template <class Pointer>
void require_pointer(Pointer pointer, const char* name) {
  if (!pointer) throw Error(Status::invalid_argument, std::string(name) + " is null");
}

// For arrays, which may be null when they are empty.
template <class Pointer>
void require_array(Pointer pointer, std::size_t count, const char* name) {
  if (count > 0) require_pointer(pointer, name);
}

inline std::string_view required_text(const char* text, const char* name) {
  require_pointer(text, name);
  return text;
}

}  // namespace nbt
