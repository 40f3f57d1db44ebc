//===- e2e/Isolation/read_together.cpp - what is read as one range --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four words side by side, or halves of words, are loaded first and looked at
// then, in one stripe or in two. They are as of one moment all the same: beside
// writers, after writes of the transaction's own, in snapshots and in what runs
// alone.
//
// Sanitizers' checks come between the reads.
// UNSUPPORTED: sanitized
// RUN: %stmxx -O2 -S -emit-llvm -mllvm -stm-inline=never %s -o - | FileCheck %s --check-prefix=RANGE
// RANGE-DAG: call void @__stm_read_range({{.*}}align 8 {{.*}}, i64 32)
// RANGE-DAG: call void @__stm_read_range({{.*}}align 4 {{.*}}, i64 16)
//
// RUN: %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

constexpr int Rounds = 20000;
alignas(32) long Cells[4][8];
alignas(32) int Halves[8][16];

template <class T> __attribute__((noinline)) bool equal(const T *P) {
  T A = P[0], B = P[1], C = P[2], D = P[3];
  return ((A ^ B) | (A ^ C) | (A ^ D)) == 0;
}

/// The last one first: whoever looked at one stripe only would see it.
template <class T> __attribute__((noinline)) void add(T *P, T Value) {
  for (int I = 3; I >= 0; --I)
    P[I] += Value;
}

template <class T> void test(T *P, int Own) {
  Thread Writer([=] {
    for (int I = 0; I != Rounds; ++I)
      stm::atomic([=] { add<T>(P, 1); });
  });
  Thread Reader([=] {
    for (int I = 0; I != Rounds; ++I)
      stm::atomic([=] { EXPECT(equal(P)); });
  });
  for (int I = 0; I != Rounds; ++I) {
    stm::snapshot([=] { EXPECT(equal(P)); });
    stm::atomic([=] {
      P[Own] += 1;
      EXPECT(!equal(P));
      P[Own] -= 1;
      EXPECT(equal(P));
    });
    if (I % 100 == 0)
      stm::atomic([=] {
        stm_become_inevitable("test");
        EXPECT(equal(P));
      });
  }
}

int main() {
  // Each of the ways to lie on stripes.
  for (int Begin = 0; Begin != 4; ++Begin)
    test(Cells[Begin] + Begin, Begin);
  for (int Begin = 0; Begin != 8; ++Begin)
    test(Halves[Begin] + Begin, Begin % 4);
}
