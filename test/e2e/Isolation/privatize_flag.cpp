//===- e2e/Isolation/privatize_flag.cpp -----------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A unlinks the node and then stores its address to an atomic; B takes it from
// there without a transaction. C, which began before A's commit, still writes
// to the node: A's commit must have waited for C.
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
std::atomic<Node *> Flag{nullptr};

int main() {
  Thread C([] {
    stm::atomic([] {
      Node *N = Shared;
      if (!N)
        return;
      reached(1);
      awaitBriefly(2);
      N->Value = 7;
      reached(3);
      awaitBriefly(4);
    });
    reached(5);
  });
  Thread A([] {
    await(1);
    Node *Unlinked = stm::atomic([] {
      Node *N = Shared;
      Shared = nullptr;
      return N;
    });
    Flag.store(Unlinked, std::memory_order_release);
  });
  Thread B([] {
    Node *Mine;
    while (!(Mine = Flag.load(std::memory_order_acquire)))
      sched_yield();
    reached(2);
    awaitBriefly(3);
    __atomic_store_n(&Mine->Value, 42, __ATOMIC_RELAXED);
    reached(4);
    await(5);
    EXPECT(peek(&Mine->Value) == 42);
  });
}
