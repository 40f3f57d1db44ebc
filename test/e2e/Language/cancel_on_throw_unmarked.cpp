//===- e2e/Language/cancel_on_throw_unmarked.cpp - where nothing is logged ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// stm::cancel_on_throw inside of blocks that keep no log to undo from: a
// snapshot becomes an ordinary transaction; where the block is inevitable there
// is a message. The end of a thread undoes nothing.
//
// RUN: %stmxx -O2 %s -o %t && %t
// RUN: %t before > %t.out 2>&1; test $? = 66
// RUN: FileCheck %s < %t.out
// RUN: %t inside > %t.out 2>&1; test $? = 66
// RUN: FileCheck %s < %t.out
// CHECK: ERROR: an exception that cancels a block{{.*}}no way back
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>

namespace {

alignas(64) long X = 1, Y = 0;

long caughtInSnapshot() {
  return stm::snapshot([] {
    long Before = X;
    try {
      stm::atomic(stm::cancel_on_throw, [&] {
        if (X == 1)
          throw 10L;
      });
    } catch (long Thrown) {
      return Before + Thrown;
    }
    return Before;
  });
}

[[gnu::noinline]] void throwIn(bool BecomesInevitable) {
  stm::atomic(stm::cancel_on_throw, [&] {
    ++Y;
    if (BecomesInevitable)
      stm_become_inevitable("no way back");
    throw 1;
  });
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc > 1) {
    bool Inside = !strcmp(Argv[1], "inside");
    stm::atomic([&] {
      if (!Inside)
        stm_become_inevitable("no way back");
      try {
        throwIn(Inside);
      } catch (int) {
      }
    });
    return 0;
  }
  EXPECT(caughtInSnapshot() == 11);
  X = 2;
  EXPECT(caughtInSnapshot() == 2);
  // Twice: the second time inner blocks are marked.
  for (long Round = 1; Round != 3; ++Round) {
    {
      Thread T([] {
        stm::atomic([] {
          stm::atomic(stm::cancel_on_throw, [] {
            ++Y;
            pthread_exit(nullptr);
          });
        });
      });
    }
    EXPECT(Y == Round);
    stm::atomic([] {
      try {
        throwIn(false);
      } catch (int) {
      }
    });
    EXPECT(Y == Round);
  }
}
