//===- check/run_scheduled.h - programs, step by step -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_RUN_SCHEDULED_H
#define STM_TEST_CHECK_RUN_SCHEDULED_H

#include "history.h"
#include "scheduler.h"
#include "worker.h"

#include <memory>

namespace stm::check {

/// What each thread does.
using Plan = std::vector<std::vector<Transaction>>;

/// That of a random program.
Plan planOf(const Program &P);
std::string toText(const Plan &Threads);

/// Runs plans under one scheduler. There is one at a time.
class ScheduledRuns {
public:
  ScheduledRuns();
  ~ScheduledRuns();

  /// \p P: what the runtime is told.
  History run(const Plan &Threads, const Program &P,
              Scheduler::Decision Decide);
  Scheduler &scheduler() { return Steps; }
  const Memory &cells() const { return S.Cells; }
  Tickets &time() { return S.Time; }

  /// Told which thread goes on.
  std::function<void(unsigned)> OnEnter;

private:
  /// The first time a thread does something it takes other steps: its logs have
  /// no room yet.
  void warmUp();

  Shared S;
  std::vector<std::unique_ptr<Worker>> Owned;
  std::vector<Worker *> Workers;
  Scheduler Steps;
};

/// What was rolled back though nothing that it had to do with was going on. The
/// empty string: nothing. Where blocks are allocated nobody can tell. What has
/// been rolled back \p InevitableAfter times runs alone.
std::string findNeedlessAborts(const Plan &Threads, const History &H,
                               unsigned InevitableAfter);

} // namespace stm::check

#endif // STM_TEST_CHECK_RUN_SCHEDULED_H
