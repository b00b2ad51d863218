// What devices made of a plan for themselves, such as a copy in a card's memory: kept until the plan dies.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace nbt {

// Any number of threads may ask. All of it is in the header, because device modules have no other code of libnbt's.
class DeviceCopies {
 public:
  using Copy = std::shared_ptr<void>;

  DeviceCopies() = default;
  // A plan that is made from another one has to be copied to the device anew.
  DeviceCopies(const DeviceCopies&) {}
  DeviceCopies& operator=(const DeviceCopies&) {
    slots_.clear();
    return *this;
  }
  ~DeviceCopies() = default;

  // The copy that belongs to `device`, an address that the device chooses. Where there is none `make` makes it, once
  // whoever else asks at the same time; after an exception of it, or null, the next call makes it.
  Copy find_or_make(const void* device, const std::function<Copy()>& make) {
    const std::shared_ptr<Slot> slot = slot_of(device);
    const std::lock_guard<std::mutex> lock(slot->mutex);
    if (!slot->copy) slot->copy = make();
    return slot->copy;
  }

 private:
  // Each with a lock of its own, so that no device waits for another one's copy.
  struct Slot {
    std::mutex mutex;
    Copy copy;
  };

  std::shared_ptr<Slot> slot_of(const void* device) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::shared_ptr<Slot>& slot = slots_[device];
    if (!slot) slot = std::make_shared<Slot>();
    return slot;
  }

  std::mutex mutex_;
  std::map<const void*, std::shared_ptr<Slot>> slots_;
};

}  // namespace nbt
