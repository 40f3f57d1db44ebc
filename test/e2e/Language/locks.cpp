//===- e2e/Language/locks.cpp - locks in and around blocks ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What waits for or signals something outside of transactions makes a block
// inevitable, once, and works; a compile-time remark names it. A lock that it
// takes makes its commit so (see locks_wait.cpp); one that is held around a
// block is nothing to it.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
// RUN: %stmxx -O2 -g -Rpass-missed=stm -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK-DAG: becomes inevitable: call to {{.*}}notify_one
// REMARK-DAG: becomes inevitable: call to std::thread::_M_start_thread
// REMARK-DAG: becomes inevitable: atomic operation
// REMARK-DAG: becomes inevitable: volatile access
// REMARK-DAG: becomes inevitable: inline assembly
// The report has the line, too.
// RUN: %stmxx -O2 -g %s -o %t.report
// RUN: env STM_OPTIONS=report=full %t.report 2>&1 | FileCheck %s --check-prefix=REPORT
// REPORT-DAG: unlocks at its commit what it has locked
// REPORT-DAG: call to std::thread::_M_start_thread
// REPORT-DAG: locks.cpp:
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex Mutex;
std::condition_variable Changed;
std::once_flag Once;
std::atomic<int> Atomic{0};
volatile int Volatile = 0;
long X = 0, Y = 0;

template <class F> void inevitably(F Body) {
  uint64_t Before = inevitableSoFar();
  stm::atomic([&] {
    Body();
    EXPECT(stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == Before + 1);
}

int main() {
  // A second thread, so that locks are not left out.
  Thread Other([] {
    std::unique_lock<std::mutex> Lock(Mutex);
    Changed.wait(Lock, [] { return X > 0; });
  });
  uint64_t Before = inevitableSoFar();
  stm::atomic([] {
    std::lock_guard<std::mutex> Lock(Mutex);
    ++X;
    EXPECT(!stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == Before + 1);
  inevitably([] { Changed.notify_one(); });
  inevitably([] { std::call_once(Once, [] { ++Y; }); });
  inevitably([] { std::thread([] { ++Atomic; }).detach(); });
  inevitably([] { Atomic += 2; });
  inevitably([] { Volatile = 1; });
  inevitably([] { asm volatile("mfence" ::: "memory"); });
  inevitably([] { std::atomic_thread_fence(std::memory_order_seq_cst); });
  while (Atomic != 3)
    sched_yield();

  // Around blocks: as many threads as like.
  Before = inevitableSoFar();
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 500; ++I) {
      std::lock_guard<std::mutex> Lock(Mutex);
      stm::atomic([] { ++X; });
    }
  });
  EXPECT(X == 2001 && Y == 1 && inevitableSoFar() == Before);
}
