//===- e2e/Isolation/privatize_unlink.cpp ---------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An attempt that has read the pointer writes to the node and is rolled back:
// its undo must be over when the thread that unlinked the node uses it plainly.
//
// RUN: %all_levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -g
// Without the wait at commit the undo overwrites the plain store:
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

int main() {
  Thread Old([] {
    stm::atomic([] {
      Node *N = Shared;
      if (!N)
        return;
      reached(1);
      awaitBriefly(2); // Not before the other has committed.
      N->Value = 7;
      reached(3);
      awaitBriefly(4); // Not before the other has stored plainly.
    });
    reached(5);
  });
  await(1);
  Node *Mine = stm::atomic([] {
    Node *N = Shared;
    Shared = nullptr;
    return N;
  });
  reached(2);
  awaitBriefly(3);
  __atomic_store_n(&Mine->Value, 42, __ATOMIC_RELAXED);
  reached(4);
  await(5);
  EXPECT(peek(&Mine->Value) == 42);
}
