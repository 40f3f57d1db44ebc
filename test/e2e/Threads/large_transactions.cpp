//===- e2e/Threads/large_transactions.cpp - a million writes in one block -===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The log grows, is undone as a whole, and grows again.
//
// RUN: env STM_OPTIONS=report=none %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

constexpr size_t Words = 1000000;
long *Memory = new long[Words]();

int main() {
  Rival Other;
  stm::atomic([&] {
    Other.hit();
    for (size_t I = 0; I != Words; ++I) {
      EXPECT(Memory[I] == 0);
      Memory[I] = 1;
    }
    for (size_t I = 0; I < Words; I += 2)
      Memory[I] += 1;
    Other.feel();
  });
  for (size_t I = 0; I != Words; ++I)
    EXPECT(Memory[I] == (I % 2 ? 1 : 2));
  EXPECT(abortsSoFar() >= 1 && inevitableSoFar() == 0);
  long Sum = stm::atomic([] {
    long Sum = 0;
    for (int Pass = 0; Pass != 3; ++Pass)
      for (size_t I = 0; I != Words; ++I)
        Sum += Memory[I];
    return Sum;
  });
  EXPECT(Sum == 4500000);
  delete[] Memory;
}
