//===- e2e/Language/block_snapshot.cpp - STM_SNAPSHOT { ... } -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sees one consistent state, also inside a transaction; leaves like others.
//
// RUN: %two_levels %t %s %stmxx
// RUN: %two_levels %t.plain %s %cxx %link -DPLAIN
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;

long difference() {
  STM_SNAPSHOT { return X - Y; }
}

int main() {
  onThreads(3, [](unsigned Me) {
    for (int I = 0; I != 2000; ++I) {
      if (Me == 0) {
        STM_ATOMIC {
          ++X;
          ++Y;
        }
        continue;
      }
      long Sum = 0;
      STM_SNAPSHOT {
        Sum += X;
        Sum -= Y;
        if (I & 1)
          continue;
      }
      EXPECT(Sum == 0 && difference() == 0);
      STM_ATOMIC { EXPECT(difference() == 0); }
    }
  });
  EXPECT(X == 2000 && Y == 2000 && !stm_in_transaction());
#ifndef PLAIN
  EXPECT(inevitableSoFar() == 0);
#endif
}
