// Ctrl-C and its relatives while files are being written: the run is cancelled and the files are removed on the way
// out, instead of the process dying at once.
#pragma once

#include "model/error.hpp"
#include "simulation.hpp"

namespace nbt::program {

class Interrupted : public Error {
 public:
  explicit Interrupted(int signal);
  int signal() const { return signal_; }

 private:
  int signal_;
};

// At most one at a time.
class InterruptGuard {
 public:
  explicit InterruptGuard(const Simulation& simulation);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

// Throws Interrupted once a signal has come.
void check_interrupt();

// Writing to a pipe that nobody reads, or past a limit on file sizes, becomes a failed write instead of a signal.
void make_failed_writes_errors();

}  // namespace nbt::program
