//===- e2e/Report/ten/list_head.cpp - the head of a list ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks that have different nodes still meet where these are linked in.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

struct Node {
  long Value;
  Node *Next;
};
alignas(64) Node *Head = nullptr;

void push(long Value) {
  stm::atomic("push", [=] {
    auto *New = new Node{Value, nullptr};
    New->Next = Head; // Both lines: one barrier reads and locks.
    Head = New;
    linger();
  });
}

int main() {
  unsigned Rounds = collide(3, [](unsigned T) {
    for (int I = 0; I != 200; ++I)
      push(T);
  });
  long Count = 0;
  for (Node *N = Head; N; N = N->Next)
    ++Count;
  EXPECT(Count == 600 * Rounds);
}

// CHECK: conflict 1: {{read-write|write-write|validation}} sharing=same-bytes silent={{False|None}}
// CHECK-SAME: object=global Head+0
// CHECK-SAME: victim="push" at list_head.cpp:[[#@LINE-19]]
// CHECK-SAME: culprit="push" at list_head.cpp:[[#@LINE-20]]
// CHECK-SAME: push
