//===- e2e/Interface/snapshot_is_consistent.cpp -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// X and Y are changed together between a snapshot's two loads: it sees both as
// they were, or both as they are. What had committed before the call is in it.
//
// RUN: %levels %t %s %stmxx
// RUN: %no_stm -O1 %s -o %t.no
// RUN: not %t.no 2>&1 | FileCheck %s --check-prefix=TORN
// TORN: expected Seen.X == Seen.Y
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::atomic<bool> Waited{false};

struct Pair {
  long X, Y;
};

int main() {
  {
    Thread Reader([] {
      stm::atomic([] { X = Y = 1; });
      Pair Seen = stm::snapshot([] {
        Pair P;
        P.X = X;
        reached(1);
        if (firstTime(Waited))
          awaitValue(&Y, 2L);
        P.Y = Y;
        return P;
      });
      EXPECT(Seen.X == Seen.Y);
      EXPECT(Seen.X == 1 || Seen.X == 2);
    });
    Thread Writer([] {
      await(1);
      stm::atomic([] { X = Y = 2; });
    });
  }
  EXPECT(stm::snapshot([] { return X + Y; }) == 4);
}
