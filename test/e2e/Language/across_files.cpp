//===- e2e/Language/across_files.cpp - calls into another file --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No transaction becomes inevitable, whatever levels the files have and whether
// they are linked by themselves, through a static archive, or at link time.
//
// RUN: %stmxx -O2 -c %inputs/callees.cpp -o %t.callees.o
// RUN: %levels %t %s %stmxx %t.callees.o
// RUN: %two_levels %t %s %stmxx %inputs/callees.cpp
// RUN: rm -f %t.a && llvm-ar rcs %t.a %t.callees.o
// RUN: %stmxx -O2 %s %t.a -o %t && %t
// RUN: %stmxx -O2 -ffunction-sections -Wl,--gc-sections %s %t.a -o %t && %t
//
//===----------------------------------------------------------------------===//

#include "callees.h"
#include "e2e.h"

long X = 0, Y = 0;

int main() {
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 1000; ++I)
      stm::atomic([] {
        addElsewhere(&X, 3);
        subtractElsewhere(&X, 1);
        addInC(&Y, twice(1));
        EXPECT(X == Y);
      });
  });
  EXPECT(X == 8000 && Y == 8000);
  EXPECT(inevitableSoFar() == 0);
}
