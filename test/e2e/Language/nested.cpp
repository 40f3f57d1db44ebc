//===- e2e/Language/nested.cpp - blocks in blocks ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Flat: an inner block is part of the outer one, also through functions that
// are transactions themselves, and inside inevitable ones.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;

STM_TRANSACTION void addToY(long What) { Y += What; }

static void both() {
  stm::atomic([] {
    ++X;
    stm::atomic("inner", [] {
      addToY(1);
      EXPECT(stm_in_transaction());
    });
    EXPECT(stm_in_transaction());
    EXPECT(X == Y);
  });
}

int main() {
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 1000; ++I)
      stm::atomic([] {
        EXPECT(X == Y);
        both();
        int Value = stm::atomic([] { return 5; });
        EXPECT(Value == 5);
      });
  });
  EXPECT(X == 4000 && Y == 4000);
  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.commits == 4000 && Stats.inevitable == 0);

  // An inner block's work is undone with the outer one's.
  Rival Other;
  stm::atomic([&] {
    stm::atomic([] { ++X; });
    EXPECT(X == 4001);
    Other.strike();
  });
  EXPECT(X == 4001);

  stm::atomic([] {
    stm::become_inevitable("test");
    stm::atomic([] {
      EXPECT(stm_is_inevitable());
      addToY(1);
    });
    EXPECT(stm_is_inevitable());
  });
  EXPECT(Y == 4001 && !stm_in_transaction());
}
