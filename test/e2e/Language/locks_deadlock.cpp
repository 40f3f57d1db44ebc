//===- e2e/Language/locks_deadlock.cpp - the one that is left ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block that is inevitable waits for a lock whose owner is about to enter a
// block: the program ends and names both. Where it waits for something else, a
// thread that waits for the block says so.
//
// RUN: %stmxx -O2 %s -o %t
// RUN: not %t 2>&1 | FileCheck %s
// RUN: env STM_OPTIONS=report=none:stuck_after_s=1 %t join 2>&1 | FileCheck %s --check-prefix=JOIN
// CHECK: ERROR: deadlock: a block (waits, {{.*}}locks_deadlock.cpp:{{[0-9]+}}) waits for the lock {{.*}}inevitable (test, at {{.*}}the lock's owner is about to run one (owns, {{.*}}locks_deadlock.cpp:
// JOIN: WARNING: a block (waits, {{.*}}) has run alone for 1 s, inevitable (test, at {{.*}}such as the one at owns, {{.*}}locks_deadlock.cpp:
// JOIN: ended
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <mutex>

static std::mutex Mutex;
static long X = 0;
STM_PURE static void waitForWarning() { sleep(2); }

int main(int Count, char **) {
  if (Count > 1) {
    Thread Other([] {
      await(1);
      stm::atomic("owns", [] { ++X; });
    });
    stm::atomic("waits", [] {
      stm_become_inevitable("test");
      reached(1);
      waitForWarning();
    });
    puts("ended");
    return 0;
  }
  Thread Owner([] {
    Mutex.lock();
    reached(1);
    await(2);
    stm::atomic("owns", [] { ++X; });
    Mutex.unlock();
  });
  await(1);
  stm::atomic("waits", [] {
    stm_become_inevitable("test");
    reached(2);
    std::lock_guard Lock(Mutex);
  });
}
