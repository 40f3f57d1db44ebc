//===- e2e/Isolation/unwritten_globals.cpp - plain reads --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Static variables that no transaction writes are read plainly in transactions.
// Plain code may still change them while a block has taken them out of use.
//
// RUN: %two_levels %t %s %stmxx -Wall -Wextra -Werror
// RUN: %at_O2 %t.lto %s %stmxx -flto -fuse-ld=lld
// RUN: %stmxx -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=IR
// IR: define {{.*}} @_ZGTtL5checkv(
// IR: load i64, ptr @_ZL5Limit{{.*}}!stm.unwritten
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

static long Limit, Table[8]; // The same number, and its multiples.
alignas(64) static bool InUse = true;
alignas(64) static long Checks = 0;

[[gnu::noinline]] static void check() {
  if (!InUse)
    return;
  for (long I = 0; I != 8; ++I)
    EXPECT(Table[I] == Limit * I);
  ++Checks;
}

int main(int, char **) {
  std::atomic<bool> Done{false};
  {
    Thread Reader([&] {
      while (!Done.load())
        stm::atomic([] { check(); });
    });
    for (long Round = 1; Round <= 2000; ++Round) {
      stm::atomic([] { InUse = false; });
      Limit = Round;
      for (long I = 0; I != 8; ++I)
        Table[I] = Round * I;
      stm::atomic([] {
        InUse = true;
        check();
      });
    }
    Done = true;
  }
  EXPECT(Checks >= 2000 && Limit == 2000);
  return 0;
}
