//===- e2e/Isolation/lost_update.cpp - an increment isn't lost --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One thread has read the counter when another increments it.
//
// RUN: %all_levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -g
// Without transactions an update is lost:
// RUN: %no_stm -O1 %s -o %t.no
// RUN: not %t.no 2>&1 | FileCheck %s --check-prefix=LOST
// LOST: expected X == 2
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
std::atomic<bool> Waited{false};

int main() {
  {
    Thread Slow([] {
      stm::atomic([] {
        long Seen = X;
        reached(1);
        if (firstTime(Waited))
          awaitValue(&X, 1L);
        X = Seen + 1;
      });
    });
    Thread Fast([] {
      await(1);
      stm::atomic([] { ++X; });
    });
  }
  EXPECT(X == 2);
}
