//===- check/scheduler.h - threads that run step by step --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Logical threads, each with a stack and a transaction descriptor of its own,
// take turns on one thread of the system. They change places only at steps: the
// test points of the runtime, and those of the program. So a run is determined
// by what is done at which step, and can be repeated.
//
// A thread that waits for another, or has just been rolled back, always lets
// the next one go on: a schedule that spins isn't one worth looking at
// (Musuvathi and Qadeer, "Fair stateless model checking", PLDI 2008). Any other
// change of places is a preemption, and somebody's decision.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_SCHEDULER_H
#define STM_TEST_CHECK_SCHEDULER_H

#include "base/test_point.h"
#include "random_program.h"
#include "tx/tx.h"

#include <functional>
#include <string>
#include <ucontext.h>
#include <vector>

namespace stm::check {

/// At its step so many of the run, thread \c Thread goes on.
struct Preemption {
  unsigned Step;
  unsigned Thread;
};
/// By growing step. That of step 0 says who begins.
using Script = std::vector<Preemption>;

/// "0:1,17:0,23:1", and back. Nothing if it isn't that.
std::string toText(const Script &S);
Script parseScript(const char *Text);

class Scheduler {
public:
  /// Of \p Threads logical threads. \p Enter is called whenever one goes on.
  Scheduler(unsigned Threads, std::function<void(unsigned)> Enter);
  ~Scheduler();
  Scheduler(const Scheduler &) = delete;
  Scheduler &operator=(const Scheduler &) = delete;

  /// Who goes on at a step: the running thread, or another of \p Others, a
  /// mask.
  using Decision =
      std::function<unsigned(unsigned Step, unsigned Running, unsigned Others)>;

  /// Runs them all to their ends.
  void run(const std::vector<std::function<void()>> &Bodies, Decision Decide);

  /// The logical threads and the caller have ended, as far as the runtime
  /// knows. The next run's are registered at their first transactions.
  void forgetDescriptors();

  /// What happens in the running thread.
  void at(rt::TestPoint Point);
  /// A step that is none of the runtime's.
  void step();
  /// Within one of the runtime's. Who waits meanwhile still waits.
  void stepWithin();

  /// Of the run, in what is printed where it can't go on.
  std::string Label;

  unsigned steps() const { return Steps; }
  const Script &preemptions() const { return Done; }
  /// Where each of these was, a line for each.
  const std::string &story() const { return Story; }

private:
  struct Thread {
    ucontext_t Context;
    std::vector<char> Stack;
    rt::Tx *Descriptor; ///< While it doesn't run.
    const std::function<void()> *Body = nullptr;
    bool IsOver = true;
  };

  static void enterFiber();
  unsigned others() const;
  void decide(const char *Where);
  [[noreturn]] void giveUp(const char *Why);
  void letOthersRun();
  void switchTo(unsigned Next);

  std::vector<Thread> Threads;
  std::function<void(unsigned)> Enter;
  Decision Decide;
  ucontext_t Caller;
  rt::Tx *CallersDescriptor;
  unsigned Running = 0;
  unsigned Steps = 0;
  unsigned WaitsInARow = 0;
  Script Done;
  std::string Story;
};

} // namespace stm::check

#endif // STM_TEST_CHECK_SCHEDULER_H
