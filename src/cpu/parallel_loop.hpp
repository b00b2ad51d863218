// Loops that several threads share: by OpenMP, or where the compiler has none (WebAssembly) by threads of our own.
//
//   for_shared(count, at_once, threads, make, step)
//     make() gives each thread its worker; step(index, worker, thread) is called once for every index from 0 to
//     count - 1, by any thread, `at_once` indices at a time.
//   for_ordered(count, threads, make, step, take, after)
//     the same, where take(index, worker) follows its step in the order of the indices, one at a time, and
//     after(index, thread) follows that.
//   has_threads(), default_thread_count()
//
// `thread` is 0 on the thread that called. Nothing passed in may throw.
#pragma once

#ifdef _OPENMP
#include "cpu/openmp_loop.hpp"
#else
#include "cpu/thread_loop.hpp"
#endif
