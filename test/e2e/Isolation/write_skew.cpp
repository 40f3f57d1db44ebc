//===- e2e/Isolation/write_skew.cpp - two that read what the other writes -===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both find the other's flag clear; only one may set its own.
//
// RUN: %levels %t %s %stmxx
// RUN: %no_stm -O1 %s -o %t.no
// RUN: not %t.no 2>&1 | FileCheck %s --check-prefix=SKEW
// SKEW: expected A + B == 1
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long A = 0;
alignas(64) long B = 0;

int main() {
  onThreads(2, [](unsigned Self) {
    long *Mine = Self ? &A : &B, *Other = Self ? &B : &A;
    int Here = Self ? 1 : 2;
    stm::atomic([&] {
      if (*Other)
        return;
      // Step 3 means that both are here.
      static std::atomic<int> Both{0};
      struct Meet {
        static STM_PURE void meet(int Bit) {
          Both.fetch_or(Bit);
          for (int I = 0; I != 100 && Both.load() != 3; ++I)
            usleep(1000);
        }
      };
      Meet::meet(Here);
      *Mine = 1;
    });
  });
  EXPECT(A + B == 1);
}
