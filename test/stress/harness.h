//===- stress/harness.h - what all stress programs share --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stress program defines `void test(const stress::Config &)` and passes it to
// stress::run from main:
//
//   program                        1, 2, 4, 8 and 16 threads
//   program THREADS [OPERATIONS]   one run; OPERATIONS are shared by the
//   threads
//
// STM_TEST_LONG=1 in the environment: eight times as many operations.
//
// INVARIANT checks, inside transactions and outside. Inside it must not give a
// zombie (an attempt that has seen what never was) the time to be rolled back:
// the check is STM_PURE, so that it is called as it stands and ends the process
// at once.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_STRESS_HARNESS_H
#define STM_TEST_STRESS_HARNESS_H

#include "../totals.h"

#include <stm/stm.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace stress {

struct Config {
  unsigned Threads;
  uint64_t Operations; ///< Of all threads together.

  uint64_t perThread() const { return Operations / Threads + 1; }
};

/// The process is over: exit code 1, no destructors, no report.
[[noreturn]] inline STM_PURE void violated(const char *What, const char *File,
                                           int Line) {
  char Text[512];
  int Length = snprintf(Text, sizeof(Text), "%s:%d: invariant violated: %s\n",
                        File, Line, What);
  // By no function that the runtime stands before.
  if (syscall(SYS_write, 2, Text, static_cast<size_t>(Length)) < 0)
    _exit(2);
  _exit(1);
}

#define INVARIANT(Condition)                                                   \
  do {                                                                         \
    if (!(Condition))                                                          \
      ::stress::violated(#Condition, __FILE__, __LINE__);                      \
  } while (false)

/// xorshift64 (Marsaglia 2003); the same numbers in every run.
class Random {
public:
  explicit Random(uint64_t Seed) : State(Seed * 0x9e3779b97f4a7c15 + 1) {}
  uint64_t operator()() {
    State ^= State << 13;
    State ^= State >> 7;
    State ^= State << 17;
    return State;
  }
  uint64_t below(uint64_t Limit) { return (*this)() % Limit; }

private:
  uint64_t State;
};

/// Some time that the optimizer can't take away: widens windows.
inline STM_PURE void dawdle(unsigned Rounds) {
  for (unsigned I = 0; I != Rounds; ++I)
    asm volatile("");
}

/// The same, or now and then the whole time slice: the attempt is an old one
/// when it goes on.
inline STM_PURE void linger(uint64_t Chance) {
  if (Chance % 16 == 0)
    std::this_thread::yield();
  else
    dawdle(Chance % 64);
}

/// \p Body(index) on so many threads, begun together.
template <class F> void onThreads(unsigned Count, F Body) {
  std::atomic<unsigned> Arrived{0};
  std::vector<std::thread> Threads;
  for (unsigned I = 0; I != Count; ++I)
    Threads.emplace_back([&, I] {
      ++Arrived;
      while (Arrived.load() != Count)
        std::this_thread::yield();
      Body(I);
    });
  for (std::thread &T : Threads)
    T.join();
}

/// A word in a stripe of its own: conflicts only with itself.
template <class T> struct alignas(64) Alone {
  T Value{};
};

inline int run(int Argc, char **Argv, void (*Test)(const Config &),
               uint64_t Operations) {
  if (getenv("STM_TEST_LONG"))
    Operations *= 8;
  if (Argc > 2)
    Operations = strtoull(Argv[2], nullptr, 10);
  if (Argc > 1) {
    Test({static_cast<unsigned>(atoi(Argv[1])), Operations});
  } else {
    for (unsigned Threads : {1, 2, 4, 8, 16})
      Test({Threads, Operations});
  }
  stm_stats Stats;
  stm_get_stats(&Stats);
  printf("ok: %llu commits, %llu aborts, %llu inevitable\n",
         static_cast<unsigned long long>(Stats.commits),
         static_cast<unsigned long long>(Stats.aborts),
         static_cast<unsigned long long>(Stats.inevitable));
  stm::check::addToTotals("transactions", Stats.commits);
  return 0;
}

} // namespace stress

#endif // STM_TEST_STRESS_HARNESS_H
