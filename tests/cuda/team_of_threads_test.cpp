// The team that runs kernels in tests finds what is wrong with them.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "cuda/team.hpp"
#include "model/error.hpp"
#include "races.hpp"

namespace nbt::cuda {
namespace {

// What threads of a block share. Static in each test: ThreadSanitizer may tell of one place only once.
struct Shared {
  std::array<int, team_threads> numbers, results;

  void write_own() {
    each_thread([&](int thread) { numbers[static_cast<std::size_t>(thread)] = thread; });
  }
  void read_from_next() {
    each_thread([&](int thread) {
      results[static_cast<std::size_t>(thread)] = numbers[static_cast<std::size_t>((thread + 1) % team_threads)];
    });
  }
};

// Races that a kernel has.
template <class Kernel>
int races_of(const Kernel& kernel) {
  const int before = test::races_reported();
  run_on_threads(kernel);
  return test::races_reported() - before;
}

// What the launch says of it.
template <class Kernel>
std::string failure_of(const Kernel& kernel) {
  try {
    run_on_threads(kernel);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::device);
    return error.what();
  }
  return "";
}

TEST(TeamOfThreads, HasNoRaceWhereThreadsMeetBetweenWritingAndReading) {
  static Shared shared;
  EXPECT_EQ(races_of([] {
              shared.write_own();
              meet();
              shared.read_from_next();
              meet();
              shared.write_own();
            }),
            0);
  for (int thread = 0; thread < team_threads; ++thread) {
    EXPECT_EQ(shared.results[static_cast<std::size_t>(thread)], (thread + 1) % team_threads);
  }
}

TEST(TeamOfThreads, SeesTheRaceWhenTheyReadWithoutMeeting) {
  static Shared shared;
  EXPECT_GT(races_of([] {
              shared.write_own();
              shared.read_from_next();
            }),
            0);
}

TEST(TeamOfThreads, SeesTheRaceWhenTheyWriteAgainWithoutMeeting) {
  static Shared shared;
  EXPECT_GT(races_of([] {
              shared.write_own();
              meet();
              shared.read_from_next();
              shared.write_own();
            }),
            0);
}

// A shuffle orders nothing but itself.
TEST(TeamOfThreads, SeesTheRaceWhenOnlyAShuffleStandsBetween) {
  static Shared shared;
  EXPECT_GT(races_of([] {
              shared.write_own();
              each_group<32, 1, double>([](int, int, double(&sums)[1]) { sums[0] = 1; },
                                        [](int, const double(&)[1]) {});
              shared.read_from_next();
            }),
            0);
}

TEST(TeamOfThreads, AddsGroupsUpInTheOrderOfTheLoop) {
  const auto add = [](std::array<float, team_threads / 16>& totals) {
    each_group<16, 1, float>(
        [](int group, int member, float(&sums)[1]) {
          sums[0] = 1.0F / static_cast<float>(1 + 16 * group + member * member);
        },
        [&](int group, const float(&sums)[1]) { totals[static_cast<std::size_t>(group)] = sums[0]; });
  };
  std::array<float, team_threads / 16> on_threads{}, in_a_loop{};
  run_on_threads([&] { add(on_threads); });
  add(in_a_loop);
  EXPECT_EQ(on_threads, in_a_loop);
}

TEST(TeamOfThreads, TellsAllWhatHoldsForOne) {
  for (const int one : {0, 77, team_threads}) {
    std::array<bool, team_threads> told{};
    run_on_threads([&] {
      const bool any = any_thread([&](int thread) { return thread == one; });
      each_thread([&](int thread) { told[static_cast<std::size_t>(thread)] = any; });
    });
    for (const bool any : told) EXPECT_EQ(any, one < team_threads) << "thread " << one;
  }
}

TEST(TeamOfThreads, SaysWhoHasEndedWhileOthersMeet) {
  const std::string failure = failure_of([] {
    if (own_thread() >= 40) return;
    meet();
  });
  for (const char* part : {"0 to 39 at the meeting of ", "team_of_threads_test.cpp:", "40 to 127 ended"}) {
    EXPECT_NE(failure.find(part), std::string::npos) << failure;
  }
}

TEST(TeamOfThreads, SaysWhoMeetsElsewhere) {
  const std::string failure = failure_of([] {
    if (own_thread() == 5) {
      meet();
    } else {
      meet();
    }
  });
  for (const char* part : {"0 to 4 at the meeting of ", "; 5 at the meeting of ", "; 6 to 127 at the meeting of "}) {
    EXPECT_NE(failure.find(part), std::string::npos) << failure;
  }
}

[[gnu::noinline]] void meet_here() {
  meet();
}

TEST(TeamOfThreads, SaysWhoComesToAMeetingByAnotherCall) {
  const std::string failure = failure_of([] {
    if (own_thread() < 64) meet_here();
    if (own_thread() >= 64) meet_here();
  });
  for (const char* part : {"0 to 63 at the meeting of ", "64 to 127 at the meeting of "}) {
    EXPECT_NE(failure.find(part), std::string::npos) << failure;
  }
}

TEST(TeamOfThreads, SaysWhoLeavesAShuffleOut) {
  const auto shuffle = [] {
    each_group<16, 1, double>([](int, int, double(&sums)[1]) { sums[0] = 1; }, [](int, const double(&)[1]) {});
  };
  EXPECT_EQ(failure_of([&] {
              if (own_thread() < 64) shuffle();
            }),
            "")
      << "whole groups of 32 may shuffle alone";
  const std::string failure = failure_of([&] {
    if (own_thread() < 16) shuffle();
  });
  for (const char* part : {"0 to 15 at the shuffle of ", "16 to 127 ended"}) {
    EXPECT_NE(failure.find(part), std::string::npos) << failure;
  }
}

TEST(TeamOfThreads, GoesOnAfterAFailure) {
  EXPECT_NE(failure_of([] {
              if (own_thread() == 0) meet();
            }),
            "");
  EXPECT_EQ(failure_of([] { meet(); }), "");
}

}  // namespace
}  // namespace nbt::cuda
