//===- e2e/Threads/many.cpp - thousands of threads --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// They are created and joined, some at once, all using transactions; what they
// count is there in the end, in the program's data and in the statistics.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;

int main() {
  for (int Wave = 0; Wave != 100; ++Wave)
    onThreads(30, [](unsigned) {
      for (int I = 0; I != 3; ++I)
        stm::atomic([] {
          EXPECT(X == Y);
          ++X;
          ++Y;
        });
    });
  EXPECT(X == 9000 && Y == 9000);
  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.commits == 9000);
}
