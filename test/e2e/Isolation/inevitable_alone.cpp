//===- e2e/Isolation/inevitable_alone.cpp ---------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// plainIncrement is compiled without the plugin: it reads and writes the words
// that other transactions count in with plain loads and stores.
//
// RUN: %cxx -O1 -DPLAIN -c %s -o %t.plain.o
// RUN: %levels %t %s %stmxx %t.plain.o
//
//===----------------------------------------------------------------------===//

#ifdef PLAIN

extern "C" void plainIncrement(volatile long *X, volatile long *Y) {
  long A = *X, B = *Y;
  for (volatile int I = 0; I != 50; I = I + 1) {
  }
  *X = A + 1;
  *Y = B + 1;
}

#else

#include "e2e.h"

extern "C" void plainIncrement(long *X, long *Y);

alignas(64) long X = 0;
alignas(64) long Y = 0;

int main() {
  constexpr unsigned Rounds = 2000;
  onThreads(4, [](unsigned Self) {
    for (unsigned I = 0; I != Rounds; ++I)
      if (Self % 2)
        stm::atomic([] {
          EXPECT(X == Y);
          plainIncrement(&X, &Y);
        });
      else
        stm::atomic([] {
          EXPECT(X == Y);
          ++X;
          ++Y;
        });
  });
  EXPECT(X == 4 * Rounds && Y == X);
  EXPECT(inevitableSoFar() == 2 * Rounds);
}

#endif
