#include "plan/device_copies.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "plan/plan.hpp"

namespace {

using nbt::DeviceCopies;

constexpr int cards[2] = {};
const void* const first = &cards[0];
const void* const second = &cards[1];

DeviceCopies::Copy copy_of(int value) {
  return std::make_shared<int>(value);
}

int value_of(const DeviceCopies::Copy& copy) {
  return *static_cast<const int*>(copy.get());
}

TEST(DeviceCopies, AreMadeOncePerDevice) {
  DeviceCopies copies;
  const auto kept = copies.find_or_make(first, [] { return copy_of(1); });
  EXPECT_EQ(value_of(kept), 1);
  EXPECT_EQ(copies.find_or_make(first, [] { return copy_of(2); }), kept);
  EXPECT_EQ(value_of(copies.find_or_make(second, [] { return copy_of(3); })), 3);
  EXPECT_EQ(copies.find_or_make(first, [] { return copy_of(4); }), kept);
}

TEST(DeviceCopies, ThatFailedAreMadeByTheNextCall) {
  DeviceCopies copies;
  EXPECT_THROW(copies.find_or_make(first, []() -> DeviceCopies::Copy { throw std::runtime_error("no memory"); }),
               std::runtime_error);
  EXPECT_EQ(copies.find_or_make(first, [] { return nullptr; }), nullptr);
  EXPECT_EQ(value_of(copies.find_or_make(first, [] { return copy_of(5); })), 5);
}

TEST(DeviceCopies, StayWithThePlanThatTheyWereMadeOf) {
  nbt::Plan plan;
  std::weak_ptr<void> made = plan.device_copies.find_or_make(first, [] { return copy_of(1); });
  nbt::Plan copied = plan;
  EXPECT_EQ(value_of(copied.device_copies.find_or_make(first, [] { return copy_of(2); })), 2);
  EXPECT_EQ(value_of(plan.device_copies.find_or_make(first, [] { return copy_of(3); })), 1);
  copied = plan;
  EXPECT_EQ(value_of(copied.device_copies.find_or_make(first, [] { return copy_of(4); })), 4);
  EXPECT_FALSE(made.expired());
  plan = nbt::Plan();
  EXPECT_TRUE(made.expired()) << "the copy outlived what it was made of";
}

TEST(DeviceCopies, AreNoPartOfThePlansBytes) {
  nbt::Plan plan;
  const std::int64_t bytes = nbt::plan_bytes(plan);
  plan.device_copies.find_or_make(first, [] { return std::make_shared<std::vector<double>>(100000); });
  EXPECT_EQ(nbt::plan_bytes(plan), bytes);
}

TEST(DeviceCopies, AreMadeOnceWhenManyThreadsAskAtOnce) {
  for (int round = 0; round < 50; ++round) {
    DeviceCopies copies;
    std::atomic<int> made{0}, wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, device = i % 2 ? first : second] {
        const auto copy = copies.find_or_make(device, [&] {
          ++made;
          std::this_thread::yield();
          return copy_of(device == first ? 1 : 2);
        });
        if (value_of(copy) != (device == first ? 1 : 2)) ++wrong;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(made, 2) << "round " << round;
    EXPECT_EQ(wrong, 0) << "round " << round;
  }
}

// Each has its own lock: two devices that wait for each other both get done.
TEST(DeviceCopies, OfOneDeviceDoNotWaitForAnotherOnes) {
  DeviceCopies copies;
  std::atomic<int> started{0};
  const auto make = [&] {
    ++started;
    while (started < 2) std::this_thread::yield();
    return copy_of(0);
  };
  std::thread other([&] { copies.find_or_make(second, make); });
  copies.find_or_make(first, make);
  other.join();
  EXPECT_EQ(started, 2);
}

}  // namespace
