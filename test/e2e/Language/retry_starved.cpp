//===- e2e/Language/retry_starved.cpp - retry in what runs alone ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A transaction that others have rolled back too often, or that found the token
// taken, runs alone. Until it is inevitable by its own doing it may still retry
// and cancel.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

extern "C" const char *__stm_default_options() {
  return "inevitable_after=1:report=none";
}

alignas(64) long Items = 0;
alignas(64) long Taken = 0;
FILE *Null;

int main() {
  Null = fopen("/dev/null", "w");
  onThreads(4, [](unsigned Self) {
    for (int I = 0; I != 1000; ++I)
      if (Self % 2)
        stm::atomic([] {
          ++Items;
          if (Items % 10 == 0)
            fputc('x', Null);
        });
      else
        stm::atomic([] {
          if (Items == 0)
            stm::retry();
          --Items;
          stm::atomic([] {
            ++Taken;
            if (Taken % 3 == 0) {
              --Taken;
              stm::cancel();
            }
          });
          fputc('y', Null);
        });
  });
  EXPECT(Items == 0);
  EXPECT(Taken == 2);
}
