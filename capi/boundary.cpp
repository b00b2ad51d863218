// The handle and its errors. Every export is one call through at_boundary; nothing else happens in these files.
#include "boundary.hpp"

#include <memory>
#include <new>
#include <stdexcept>

namespace nbt {
namespace {

struct Failure {
  Status status;
  const char* message;
};

nbt_status record(const nbt_simulation* handle, const Failure& failure) noexcept {
  (handle ? handle->last_error : thread_error()).set(failure.message);
  return static_cast<nbt_status>(failure.status);
}

}  // namespace

LastError& thread_error() noexcept {
  thread_local LastError error;
  return error;
}

nbt_status record_failure(const nbt_simulation* handle, const std::exception_ptr& failure) noexcept {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return record(handle, {error.status(), error.what()});
  } catch (const std::bad_alloc&) {
    return record(handle, {Status::out_of_memory, "the system has no memory left for this call"});
  } catch (const std::length_error&) {
    return record(handle, {Status::out_of_memory, "this call needs more memory than any system has"});
  } catch (const std::exception& error) {
    return record(handle, {Status::internal, error.what()});
  } catch (...) {
    return record(handle, {Status::internal, "unknown exception"});
  }
}

}  // namespace nbt

using nbt::at_boundary;

const char* nbt_status_text(nbt_status status) {
  switch (static_cast<nbt::Status>(status)) {
    case nbt::Status::ok:
      return "ok";
    case nbt::Status::invalid_argument:
      return "invalid argument";
    case nbt::Status::unknown_name:
      return "unknown name";
    case nbt::Status::wrong_length:
      return "wrong length";
    case nbt::Status::out_of_range:
      return "out of range";
    case nbt::Status::inconsistent_scene:
      return "inconsistent scene";
    case nbt::Status::file:
      return "file error";
    case nbt::Status::memory_limit:
      return "memory limit";
    case nbt::Status::out_of_memory:
      return "out of memory";
    case nbt::Status::cancelled:
      return "cancelled";
    case nbt::Status::device:
      return "device error";
    case nbt::Status::unsupported:
      return "unsupported";
    case nbt::Status::internal:
      return "internal error";
  }
  return "unknown status";
}

const char* nbt_version(void) {
  return NBT_VERSION;
}

nbt_status nbt_create(nbt_simulation** simulation) {
  return at_boundary([&] {
    nbt::require_pointer(simulation, "simulation");
    *simulation = nullptr;
    *simulation = new nbt_simulation();
  });
}

void nbt_destroy(nbt_simulation* simulation) {
  delete simulation;
}

nbt_status nbt_clone(const nbt_simulation* simulation, nbt_simulation** copy) {
  if (copy) *copy = nullptr;
  return at_boundary(simulation, [&](const nbt::Simulation& original) {
    nbt::require_pointer(copy, "copy");
    auto made = std::make_unique<nbt_simulation>();
    made->simulation.copy_from(original);
    *copy = made.release();
  });
}

const char* nbt_last_error(const nbt_simulation* simulation) {
  return (simulation ? simulation->last_error : nbt::thread_error()).text();
}
