//===- e2e/Language/exception_validated.cpp - what leaves is validated ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body throws because of what it has read, which another transaction
// changes before the commit: the exception of that attempt must not get out.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::atomic<bool> Waited{false};

int main() {
  Thread Writer([] {
    await(1);
    stm::atomic([] { X = 1; });
  });
  long Caught = -1;
  try {
    stm::atomic([] {
      long Seen = X;
      Y = Seen + 10;
      reached(1);
      if (firstTime(Waited))
        awaitValue(&X, 1L);
      throw Seen;
    });
  } catch (long Value) {
    Caught = Value;
  }
  EXPECT(Caught == 1);
  EXPECT(Y == 11);
}
