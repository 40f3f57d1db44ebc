//===- e2e/Report/stack_objects.cpp - whose variable on a stack -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Variables of functions, shared by others while these wait for them: of main,
// of another thread, and one of the victim's own callers. stm-report finds the
// variable's name too. Of a function that does something else meanwhile it is
// known whose stack it is on. (Of thread 1's that is certain: no later thread's
// stack lies where it was.)
//
// Sanitizers have frames of their own making.
// UNSUPPORTED: sanitized
// RUN: for O in O0 O2; do \
// RUN:   %stmxx -$O -g -I%S/ten %s -o %t.$O || exit 1; \
// RUN:   env STM_OPTIONS=report_format=json:report_path=%t.$O.json %t.$O || exit 1; \
// RUN:   python3 %inputs/report.py --schema %t.$O.json > %t.$O.txt || exit 1; \
// RUN:   FileCheck %s --input-file %t.$O.txt || exit 1; \
// RUN:   %build/bin/stm-report show --full %t.$O.json > %t.$O.shown || exit 1; \
// RUN:   FileCheck %s --check-prefix=SHOWN --input-file %t.$O.shown || exit 1; \
// RUN: done
// RUN: env STM_OPTIONS=report=full %t.O2 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: a variable of main, on the stack of thread 1
// CHECK-DAG: object=stack the stack of thread 1 of main{{ .*}}victim="changes main's"
// CHECK-DAG: object=stack {{None|the stack of thread [2-9]}} of main::{{.*}}victim="changes a thread's"
// CHECK-DAG: object=stack the stack of thread {{[1-9]}} of lendsItsOwn(){{ .*}}victim="changes its own"
// CHECK-DAG: object=stack the stack of thread 1 of sleepsInRetry(){{ .*}}victim="changes a sleeper's"
// CHECK-DAG: object=stack the stack of thread 1 |{{.*}}victim="changes what goes on"
// SHOWN-DAG: OfMain.Counts[3] of main, on the stack of thread 1
// SHOWN-DAG: Mine of main::
// SHOWN-DAG: Lent of lendsItsOwn
//
//===----------------------------------------------------------------------===//

#include "ten.h"

#include <thread>
#include <unistd.h>

template <class F> void repeat(const char *Name, F Body) {
  for (int I = 0; I != 20; ++I)
    stm::atomic(Name, [&] {
      Body();
      linger();
    });
}

uint64_t rollbacks() {
  stm_stats Now = {};
  stm_get_stats(&Now);
  return Now.aborts;
}

/// Until there have been \p More of them. In few threads: who waits for one is
/// looked at for a process's first waits only.
template <class F> void repeatUntil(uint64_t More, const char *Name, F Body) {
  usleep(10000); // By then it is waited for.
  do
    repeat(Name, Body);
  while (rollbacks() < More);
}

STM_PURE void count(long &Attempts) { ++Attempts; }

/// Only who lends it is rolled back, and waits for nobody.
__attribute__((noinline)) void lendsItsOwn() {
  alignas(64) long Lent = 0;
  std::atomic<bool> HasEnded{false};
  std::thread Other([&] {
    while (!HasEnded)
      stm::atomic("changes another's", [&] { Lent += 1; });
  });
  long Executions = 0, Attempts = 0;
  while (Attempts < Executions + 3) {
    ++Executions;
    stm::atomic("changes its own", [&] {
      count(Attempts);
      long Was = Lent;
      linger(20);
      Lent = Was + 1;
    });
  }
  HasEnded = true;
  Other.join();
}

__attribute__((noinline)) void sleepsInRetry() {
  alignas(64) long Mine = 0;
  long Ended = 0;
  uint64_t Enough = rollbacks() + 30;
  for (int I = 0; I != 2; ++I)
    std::thread([&] {
      repeatUntil(Enough, "changes a sleeper's", [&] { Mine += 1; });
      stm::atomic([&] { ++Ended; });
    }).detach();
  stm::atomic([&] {
    if (Ended != 2)
      stm::retry();
  });
}

__attribute__((noinline)) void goesOn() {
  alignas(64) long Mine = 0;
  uint64_t Enough = rollbacks() + 20;
  std::atomic<int> Ended{0};
  for (int I = 0; I != 2; ++I)
    std::thread([&] {
      repeatUntil(Enough, "changes what goes on", [&] { Mine += 1; });
      ++Ended;
    }).detach();
  while (Ended != 2)
    sched_yield();
}

int main() {
  struct {
    long Other[8];
    alignas(64) long Counts[8];
  } OfMain = {};
  stm::atomic([&] { OfMain.Other[0] = 1; }); // It is thread 1.
  onThreads(2, [&OfMain, Enough = rollbacks() + 30](unsigned) {
    repeatUntil(Enough, "changes main's", [&] { OfMain.Counts[3] += 1; });
  });
  std::thread([] {
    alignas(64) long Mine = 0;
    stm::atomic([&] { Mine = 1; });
    onThreads(2, [&Mine, Enough = rollbacks() + 30](unsigned) {
      repeatUntil(Enough, "changes a thread's", [&] { Mine += 1; });
    });
  }).join();
  lendsItsOwn();
  sleepsInRetry();
  goesOn();
}
