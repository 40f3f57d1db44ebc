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

  /// By a thread's body, after a transaction.
  static void plainWrite(uint64_t &Word);

  uint64_t attempts() const { return Attempts; }
  uint64_t staleLoads() const { return M.staleLoads(); }

private:
  struct ShortChunks {
    ShortChunks();
  };

  ShortChunks Short; // Before any chunk is there.
  Machine M;
  check::ScheduledRuns Random;
  std::unique_ptr<check::Scheduler> Given;
  uint64_t Attempts = 0;
};

} // namespace stm::weak

#endif // STM_TEST_WEAK_SIMULATION_H
