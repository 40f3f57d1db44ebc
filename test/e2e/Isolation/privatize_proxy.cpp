//===- e2e/Isolation/privatize_proxy.cpp - privatized by one for another --===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A unlinks the node and puts it into B's mailbox. B finds it in a read-only
// transaction. C, which began before A's commit, still writes to the node: B's
// commit must wait for C although B has written nothing.
//
// RUN: %all_levels %t %s %stmxx
// RUN: env STM_OPTIONS=quiesce=never:report=none not %t.O2 2>&1 | FileCheck %s --check-prefix=NEVER
// NEVER: expected peek(&Mine->Value) == 42
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

struct Node {
  alignas(64) long Value;
};

Node Only{0};
alignas(64) Node *Shared = &Only;
alignas(64) Node *Mailbox = nullptr;

int main() {
  Thread C([] {
    stm::atomic([] {
      Node *N = Shared;
      if (!N)
        return;
      reached(1);
      awaitBriefly(2); // Not before B has committed.
      N->Value = 7;
      reached(3);
      awaitBriefly(4); // Not before B has stored plainly.
    });
    reached(5);
  });
  Thread A([] {
    await(1);
    stm::atomic([] {
      Mailbox = Shared;
      Shared = nullptr;
    });
  });
  Thread B([] {
    await(1);
    Node *Mine = nullptr;
    while (!Mine) {
      Mine = stm::atomic([] { return Mailbox; });
      sched_yield();
    }
    reached(2);
    awaitBriefly(3);
    __atomic_store_n(&Mine->Value, 42, __ATOMIC_RELAXED);
    reached(4);
    await(5);
    EXPECT(peek(&Mine->Value) == 42);
  });
}
