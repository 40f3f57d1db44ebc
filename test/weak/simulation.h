//===- weak/simulation.h - the runtime on the simulated memory --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_WEAK_SIMULATION_H
#define STM_TEST_WEAK_SIMULATION_H

#include "../check/run_scheduled.h"
#include "machine.h"

#include <memory>

namespace stm::weak {

/// One a process: the machine, and logical threads.
class Simulation {
public:
  Simulation();
  ~Simulation();

  /// Runs a random program. What is wrong with it; empty: nothing.
  std::string runRandom(uint64_t Seed, unsigned Features, Weakening *W);

  using Bodies = std::vector<std::function<void()>>;
  /// Runs a given one, in an order of steps from \p Seed. Accesses that aren't
  /// ordered, if there are.
  std::string run(uint64_t Seed, const Bodies &Threads, Weakening *W);
  /// The same on a machine that is multi-copy atomic.
  std::string runMultiCopyAtomic(uint64_t Seed, const Bodies &Threads,
                                 Weakening *W);
  /// The same; who has waited for a while asks the system to be put to sleep.
  std::string runWithSleep(uint64_t Seed, const Bodies &Threads, Weakening *W);
  /// The same; each thread is registered at its first transaction, and ends.
  /// After that nothing else may be run. \p Quiesces: see the option.
  std::string runWithLifetimes(uint64_t Seed, const Bodies &Threads,
                               Weakening *W, bool Quiesces = true);

  // Called at each of the runtime's test points, and before its atomic
  // accesses, in the next given program, which may make the thread wait there.
  std::function<void(rt::TestPoint)> OnPoint;
  std::function<void(uintptr_t)> OnAccess;

  // By a thread's body.
  static void plainRead(const uint64_t &Word);
  static void plainWrite(uint64_t &Word);
  /// As pthread_create: what came before the one is known after the other.
  static void startThreads();
  static void beStarted();

  /// Where in the runtime the thread is that goes on. In given programs.
  static rt::TestPoint lastPoint();

  uint64_t attempts() const { return Attempts; }
  uint64_t staleLoads() const { return M.staleLoads(); }

private:
  /// In every second run threads change places at atomic accesses too.
  void stepAtAccesses(check::Scheduler &Steps, check::Random &R);

  struct ShortChunks {
    ShortChunks();
  };

  ShortChunks Short; // Before any chunk is there.
  Machine M;
  check::ScheduledRuns Random;
  std::unique_ptr<check::Scheduler> Given;
  uint64_t Attempts = 0;
  bool DoesQuiesce = true;
};

} // namespace stm::weak

#endif // STM_TEST_WEAK_SIMULATION_H
