#include "interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <string>

namespace nbt::program {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};

std::atomic<int> caught_signal{0};
std::atomic<nbt_simulation*> running{nullptr};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<nbt_simulation*>::is_always_lock_free);
std::array<struct sigaction, signals.size()> earlier_actions;

// The first signal stops the run in good order. A second one ends the process at once: whatever waits, for example
// for the reader of a pipe, waits no longer.
extern "C" void cancel_run(int signal) {
  if (caught_signal.exchange(signal) != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  if (nbt_simulation* simulation = running.load()) nbt_cancel(simulation);
}

}  // namespace

Interrupted::Interrupted(int signal)
    : Error(Status::cancelled, "stopped by signal " + std::to_string(signal) + "; no output was written"),
      signal_(signal) {}

InterruptGuard::InterruptGuard(const Simulation& simulation) {
  running = simulation.handle();
  struct sigaction action {};
  action.sa_handler = cancel_run;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &earlier_actions[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &earlier_actions[i], nullptr);
  running = nullptr;
}

void check_interrupt() {
  if (const int signal = caught_signal) throw Interrupted(signal);
}

void make_failed_writes_errors() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace nbt::program
