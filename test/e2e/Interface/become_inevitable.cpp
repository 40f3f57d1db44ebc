//===- e2e/Interface/become_inevitable.cpp - stm_become_inevitable --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing is rolled back after it, nobody else runs, and what was done before
// is kept.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long X = 0;
std::atomic<int> Inside{0};

STM_PURE void enter() { EXPECT(++Inside == 1); }
STM_PURE void leave() { --Inside; }

int main() {
  stm::become_inevitable("outside: no effect");
  EXPECT(!stm_is_inevitable());
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 500; ++I)
      stm::atomic([] {
        ++X;
        EXPECT(!stm_is_inevitable() || stm::last_abort_info().attempts);
        stm::become_inevitable("because the test says so");
        enter();
        EXPECT(stm_is_inevitable() && stm_in_transaction());
        ++X;
        stm::become_inevitable("no effect");
        leave();
      });
  });
  EXPECT(X == 4000);
  EXPECT(inevitableSoFar() == 2000);
}

// CHECK: 2000 inevitable
// CHECK: because the test says so{{.*}}become_inevitable.cpp
