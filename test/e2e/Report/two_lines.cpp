//===- e2e/Report/two_lines.cpp - the two lines of a conflict ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One line reads, another one writes: the report names both, at -O0 and at -O2.
//
// RUN: %levels %t %s %stmxx -g
// RUN: %two_levels %t %s %stmxx -g -fno-omit-frame-pointer
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long Shared = 0;
alignas(64) long Result = 0;
std::atomic<bool> Waited{false};

__attribute__((noinline)) void reader() {
  stm::atomic("the reader's block", [] {
    reached(1);
    if (firstTime(Waited))
      await(2);
    Result = Shared; // The victim's line.
    reached(3);
  });
}

__attribute__((noinline)) void writer() {
  stm::atomic("the writer's block", [] {
    await(1);
    Shared = 5; // The culprit's line.
    reached(2);
    awaitBriefly(3);
  });
}

int main() {
  Thread Reader(reader);
  Thread Writer(writer);
}

// CHECK: transactions committed
// CHECK: conflicts
// CHECK: the reader's block
// CHECK-SAME: read what another transaction
// CHECK-SAME: : Shared
// CHECK: two_lines.cpp:[[#@LINE-24]]
// CHECK-SAME: two_lines.cpp:[[#@LINE-17]]
