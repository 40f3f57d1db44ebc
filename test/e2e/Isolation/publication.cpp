//===- e2e/Isolation/publication.cpp - if (ready) use(data) -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Data is written plainly and made visible by a transaction. A load of the data
// that is moved before the look at Ready gives the old data with the new Ready,
// if the attempt's snapshot moves forward between the two.
//
// RUN: %all_levels %t %s %stmxx
// RUN: %at_O2 %t %s %stmxx -fno-inline
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

// The load of Data cannot trap, so nothing but the transaction forbids it
// early.
alignas(64) bool Ready = false;
alignas(64) long Data = 0;
alignas(64) long Touched = 0;

long use(long Value) { return Value ^ 1; }

int main() {
  constexpr long Rounds = 20000;
  Thread Writer([] {
    for (long Round = 1; Round <= Rounds; ++Round) {
      stm::atomic([] { Ready = false; });
      Data = 0;
      asm volatile("" ::: "memory");
      Data = Round;
      stm::atomic([] { Ready = true; });
    }
  });
  Thread Reader([] {
    for (long Round = 1; Round <= Rounds; ++Round) {
      long Seen = stm::atomic([&] {
        long Result = -1;
        Touched = Round; // Something that may move the snapshot.
        if (Ready)
          Result = use(Data);
        return Result;
      });
      EXPECT(Seen != use(0));
    }
  });
}
