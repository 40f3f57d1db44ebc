//===- e2e/Report/ranking.cpp - five hot spots in their order ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each loses a known part of the time: the report ranks them by it. (The other
// thread mustn't wait for those that it strikes.)
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g %s -o %t
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
// CHECK: conflict 1: {{.*}}object=global Spots+128
// CHECK: conflict 2: {{.*}}object=global Spots+32
// CHECK: conflict 3: {{.*}}object=global Spots+0
// CHECK: conflict 4: {{.*}}object=global Spots+96
// CHECK: conflict 5: {{.*}}object=global Spots+64
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

struct alignas(32) Spot {
  long Value;
} Spots[5];

/// Time that passes in any case, whatever else runs.
STM_PURE void waste(int Milliseconds) {
  timespec Begin, Now;
  clock_gettime(CLOCK_MONOTONIC, &Begin);
  do
    clock_gettime(CLOCK_MONOTONIC, &Now);
  while ((Now.tv_sec - Begin.tv_sec) * 1000 +
             (Now.tv_nsec - Begin.tv_nsec) / 1000000 <
         Milliseconds);
}

/// One attempt after \p Milliseconds is rolled back: another thread has changed
/// what it had read.
template <int I> __attribute__((noinline)) void spot(int Milliseconds) {
  static std::atomic<bool> Struck{false};
  stm::atomic([=] {
    long Seen = Spots[I].Value;
    if (firstTime(Struck)) {
      waste(Milliseconds);
      reached(2 * I + 1);
      await(2 * I + 2);
    }
    Spots[I].Value = Seen + 1;
  });
}

int main() {
  Thread Striker([] {
    for (int I = 0; I != 5; ++I) {
      await(2 * I + 1);
      stm::atomic("strike", [=] { Spots[I].Value = 5; });
      reached(2 * I + 2);
    }
  });
  spot<0>(260);
  spot<1>(380);
  spot<2>(20);
  spot<3>(140);
  spot<4>(500);
}
