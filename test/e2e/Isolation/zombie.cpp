//===- e2e/Isolation/zombie.cpp - no attempt sees what never was ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x and y are changed together between a reader's two loads. The reader would
// be rolled back in the end; it must not get as far as to look at both.
//
// RUN: %all_levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -g
// RUN: %no_stm -O1 %s -o %t.no
// RUN: not %t.no 2>&1 | FileCheck %s --check-prefix=ZOMBIE
// ZOMBIE: expected A == B
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::atomic<bool> Waited{false};

int main() {
  {
    Thread Reader([] {
      stm::atomic([] {
        long A = X;
        reached(1);
        if (firstTime(Waited))
          awaitValue(&Y, 1L);
        long B = Y;
        EXPECT(A == B);
        for (long I = A; I != B; I += 2) {
        }
      });
    });
    Thread Writer([] {
      await(1);
      stm::atomic([] {
        X = 1;
        Y = 1;
      });
    });
  }
}
