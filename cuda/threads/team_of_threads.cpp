// Compiled without ThreadSanitizer, which must not see how turns are taken.
#include "cuda/threads/team_of_threads.hpp"

#include <sanitizer/tsan_interface.h>
#include <ucontext.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "cuda/team.hpp"
#include "model/error.hpp"

namespace nbt::cuda {
namespace {

constexpr int warp_size = 32;
constexpr std::size_t stack_bytes = 256 * 1024;
constexpr unsigned without_order = __tsan_switch_to_fiber_no_sync;

enum class State { running, meeting, shuffling, ended };

// Unwinds a thread whose block has failed.
struct Abandoned {};

struct Thread {
  void* fiber = nullptr;
  std::unique_ptr<char[]> stack{new char[stack_bytes]};
  ucontext_t context{};
  State state = State::ended;
  KernelPlace place;
  std::uint64_t path = 0;  // the calls that lead there
  bool vote = false;
  int step = 0;
  std::uint64_t bits = 0;
  bool abandoned = false;
};

bool wait_alike(const Thread& a, const Thread& b) {
  return a.state == b.state && a.path == b.path && a.place.line == b.place.line && a.step == b.step;
}

// A hash of the return addresses from the caller's caller up: on the device every one of the inlined calls has a
// barrier of its own.
std::uint64_t path_of(const Thread& thread, const void* frame) {
  const auto lowest = reinterpret_cast<std::uintptr_t>(thread.stack.get());
  std::uint64_t hash = 14695981039346656037U;
  for (auto at = reinterpret_cast<std::uintptr_t>(frame); at - lowest < stack_bytes - 2 * sizeof at;) {
    const auto* words = reinterpret_cast<const std::uintptr_t*>(at);
    hash = (hash ^ words[1]) * 1099511628211U;
    if (words[0] <= at) break;
    at = words[0];
  }
  return hash;
}

class Team {
 public:
  static Team& instance() {
    static Team* team = new Team;  // lives as long as the process: a module is never closed
    return *team;
  }

  int own_number() const { return current_; }

  void run_block(const std::function<void()>& kernel) {
    const std::lock_guard<std::mutex> lock(mutex_);
    kernel_ = &kernel;
    failure_ = nullptr;
    main_ = __tsan_get_current_fiber();
    __tsan_release(&started_);
    for (Thread& thread : threads_) thread.state = State::running;
    const std::string conflict = take_turns();
    __tsan_acquire(&ended_);
    if (failure_) std::rethrow_exception(failure_);
    if (!conflict.empty()) throw Error(Status::device, conflict);
  }

  bool meet(bool own, KernelPlace place, const void* frame) {
    char& order = meetings_[meeting_ % 2];  // in turn: a thread may be at the next one before all have left the last
    __tsan_release(&order);
    Thread& thread = threads_[index(current_)];
    thread.vote = own;
    wait(State::meeting, place, frame);
    __tsan_acquire(&order);
    return any_;
  }

  std::uint64_t exchange(std::uint64_t own, int step, KernelPlace place, const void* frame) {
    Thread& thread = threads_[index(current_)];
    thread.bits = own;
    thread.step = step;
    wait(State::shuffling, place, frame);
    return thread.bits;
  }

 private:
  Team() {
    for (int t = 0; t < team_threads; ++t) {
      Thread& thread = threads_[index(t)];
      thread.fiber = __tsan_create_fiber(0);
      getcontext(&thread.context);
      thread.context.uc_stack.ss_sp = thread.stack.get();
      thread.context.uc_stack.ss_size = stack_bytes;
      thread.context.uc_link = nullptr;
      makecontext(&thread.context, &Team::live, 0);
    }
  }

  static std::size_t index(int t) { return static_cast<std::size_t>(t); }

  // ---- Turns

  // Until all threads have ended; if they cannot, the reason.
  std::string take_turns() {
    do {
      resume(first_running());
    } while (let_go_on());
    if (all_alike(0, team_threads)) return "";
    const std::string reason = "threads of a block wait for each other at different places: " + waiting();
    abandon();
    return reason;
  }

  int first_running() const {
    int t = 0;
    while (threads_[index(t)].state != State::running) ++t;
    return t;
  }

  static void live() {
    Team& team = instance();
    while (true) {
      team.run_kernel();
      team.give_turn_away();
    }
  }

  void run_kernel() {
    __tsan_acquire(&started_);
    try {
      (*kernel_)();
    } catch (const Abandoned&) {
    } catch (...) {
      failure_ = std::current_exception();
    }
    __tsan_release(&ended_);
    Thread& thread = threads_[index(current_)];
    thread.state = State::ended;
    thread.place = {};
    thread.path = 0;
    thread.step = 0;
  }

  void resume(int t) {
    pass_turn(main_context_, t);
    current_ = -1;
  }

  // Switches between stacks: `from` goes on when it gets the turn back.
  void pass_turn(ucontext_t& from, int t) {
    current_ = t;
    __tsan_switch_to_fiber(threads_[index(t)].fiber, without_order);
    swapcontext(&from, &threads_[index(t)].context);
  }

  // To the next one, or after the last one to who launched the block.
  void give_turn_away() {
    ucontext_t& own = threads_[index(current_)].context;
    for (int t = current_ + 1; t < team_threads; ++t) {
      if (threads_[index(t)].state == State::running) return pass_turn(own, t);
    }
    __tsan_switch_to_fiber(main_, without_order);
    swapcontext(&own, &main_context_);
  }

  void wait(State state, KernelPlace place, const void* frame) {
    Thread& thread = threads_[index(current_)];
    thread.state = state;
    thread.place = place;
    thread.path = path_of(thread, frame);
    give_turn_away();
    if (thread.abandoned) throw Abandoned();
  }

  void abandon() {
    for (int t = 0; t < team_threads; ++t) {
      if (threads_[index(t)].state == State::ended) continue;
      threads_[index(t)].abandoned = true;
      resume(t);
      threads_[index(t)].abandoned = false;
    }
  }

  // ---- Waiting

  // When all have had their turn: false when no thread can go on.
  bool let_go_on() {
    bool shuffled = false;
    for (int warp = 0; warp < team_threads; warp += warp_size) shuffled = shuffle(warp) || shuffled;
    if (shuffled) return true;
    if (threads_[0].state != State::meeting || !all_alike(0, team_threads)) return false;
    any_ = false;
    for (Thread& thread : threads_) {
      any_ = any_ || thread.vote;
      thread.state = State::running;
    }
    ++meeting_;
    return true;
  }

  bool all_alike(int first, int end) {
    for (int number = first + 1; number < end; ++number) {
      if (!wait_alike(threads_[index(number)], threads_[index(first)])) return false;
    }
    return true;
  }

  bool shuffle(int warp) {
    if (threads_[index(warp)].state != State::shuffling || !all_alike(warp, warp + warp_size)) return false;
    std::array<std::uint64_t, warp_size> given{};
    for (int lane = 0; lane < warp_size; ++lane) given[index(lane)] = threads_[index(warp + lane)].bits;
    for (int lane = 0; lane < warp_size; ++lane) {
      Thread& thread = threads_[index(warp + lane)];
      thread.bits = given[index(lane ^ thread.step)];
      thread.state = State::running;
      thread.step = 0;
    }
    return true;
  }

  // "0 to 31 meet at a.hpp:12; 32 to 127 have ended"
  std::string waiting() {
    std::string all;
    for (int first = 0, end = 0; first < team_threads; first = end) {
      for (end = first + 1; end < team_threads && wait_alike(threads_[index(end)], threads_[index(first)]);) ++end;
      all += (first == 0 ? "" : "; ") + std::to_string(first);
      if (end - first > 1) all += " to " + std::to_string(end - 1);
      all += what(threads_[index(first)]);
    }
    return all;
  }

  static std::string what(const Thread& thread) {
    if (thread.state == State::ended) return " ended";
    const std::string verb = thread.state == State::meeting ? " at the meeting" : " at the shuffle";
    return verb + " of " + thread.place.file + ":" + std::to_string(thread.place.line) + ", call path " +
           std::to_string(thread.path % 10000);
  }

  std::mutex mutex_;
  std::array<Thread, team_threads> threads_;
  const std::function<void()>* kernel_ = nullptr;
  ucontext_t main_context_{};
  void* main_ = nullptr;
  int current_ = -1;
  std::uint64_t meeting_ = 0;
  bool any_ = false;
  std::exception_ptr failure_;

  // Addresses at which ThreadSanitizer is told what comes after what.
  char started_ = 0, ended_ = 0, meetings_[2] = {};
};

std::atomic<bool> on_threads = true;

}  // namespace

int own::thread() {
  return Team::instance().own_number();
}

bool own::meet(bool own, KernelPlace place) {
  return Team::instance().meet(own, place, __builtin_frame_address(0));
}

std::uint64_t own::exchange(std::uint64_t own, int step, KernelPlace place) {
  return Team::instance().exchange(own, step, place, __builtin_frame_address(0));
}

void run_on_threads(const std::function<void()>& kernel) {
  Team::instance().run_block(kernel);
}

bool launches_on_threads() {
  return on_threads;
}

}  // namespace nbt::cuda

void nbt_cuda_in_threads_use(bool on_threads) {
  nbt::cuda::on_threads = on_threads;
}
