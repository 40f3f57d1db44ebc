//===- e2e/Isolation/dirty_read.cpp - an uncommitted value isn't read -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A writer stores and then waits until a reader has tried for a while: the
// reader must get the value before or after the transaction, never the one in
// the middle.
//
// RUN: %levels %t %s %stmxx
// RUN: %no_stm -O1 %s -o %t.no
// RUN: not %t.no 2>&1 | FileCheck %s --check-prefix=DIRTY
// DIRTY: expected Seen != 13
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;

int main() {
  Thread Writer([] {
    stm::atomic([] {
      X = 13;
      reached(1);
      awaitBriefly(2);
      X = 14;
    });
  });
  Thread Reader([] {
    await(1);
    stm::atomic([] {
      long Seen = X;
      EXPECT(Seen != 13);
    });
    reached(2);
  });
}
