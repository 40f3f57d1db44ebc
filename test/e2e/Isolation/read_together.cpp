//===- e2e/Isolation/read_together.cpp - what is read as one range --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four words side by side are loaded first and looked at then, in one stripe or
// in two. They are as of one moment all the same: beside writers, after writes
// of the transaction's own, in snapshots and in what runs alone.
//
// Sanitizers' checks come between the reads.
// UNSUPPORTED: sanitized
// RUN: %stmxx -O2 -S -emit-llvm -mllvm -stm-inline=never %s -o - | FileCheck %s --check-prefix=RANGE
// RANGE-LABEL: define {{.*}} @_ZGTt5equalPKl(
// RANGE: call void @__stm_read_range({{.*}}, i64 32)
//
// RUN: %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

constexpr int Rounds = 50000;
alignas(32) long Cells[4][8];

__attribute__((noinline)) bool equal(const long *P) {
  long A = P[0], B = P[1], C = P[2], D = P[3];
  return ((A ^ B) | (A ^ C) | (A ^ D)) == 0;
}

/// The last word first: whoever looked at one stripe only would see it.
__attribute__((noinline)) void add(long *P, long Value) {
  for (int I = 3; I >= 0; --I)
    P[I] += Value;
}

int main() {
  // Each of the four ways to lie on stripes.
  for (int Begin = 0; Begin != 4; ++Begin) {
    long *P = Cells[Begin] + Begin;
    Thread Writer([=] {
      for (int I = 0; I != Rounds; ++I)
        stm::atomic([=] { add(P, 1); });
    });
    Thread Reader([=] {
      for (int I = 0; I != Rounds; ++I)
        stm::atomic([=] { EXPECT(equal(P)); });
    });
    for (int I = 0; I != Rounds; ++I) {
      stm::snapshot([=] { EXPECT(equal(P)); });
      stm::atomic([=] {
        P[Begin] += 1;
        EXPECT(!equal(P));
        P[Begin] -= 1;
        EXPECT(equal(P));
      });
      if (I % 100 == 0)
        stm::atomic([=] {
          stm_become_inevitable("test");
          EXPECT(equal(P));
        });
    }
  }
}
