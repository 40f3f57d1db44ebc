//===- e2e/Report/what_if.cpp - what removing a conflict would bring ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The prediction is compared with the program without the conflict: removed is
// what two blocks have in common, the work stays.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 %s -o %t
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=%t.json %t > %t.with
// RUN: %t without > %t.1 && %t without > %t.2
// RUN: python3 %inputs/compare_gain.py %t.json %t.with %t.1 %t.2
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long Shared = 0;
alignas(64) long Own = 0;
bool Collides = true;

STM_PURE int64_t now() {
  timespec Now;
  clock_gettime(CLOCK_MONOTONIC, &Now);
  return Now.tv_sec * 1000000000 + Now.tv_nsec;
}

STM_PURE void waste(int Milliseconds) {
  for (int64_t End = now() + Milliseconds * 1000000; now() < End;) {
  }
}

/// Each of the blocks is rolled back once, after half of its work.
void work(int I) {
  std::atomic<bool> Struck{!Collides};
  stm::atomic("work", [&, I] {
    long &Where = Collides ? Shared : Own;
    long Seen = Where;
    waste(100);
    if (firstTime(Struck)) {
      reached(2 * I + 1);
      await(2 * I + 2);
    }
    Where = Seen + 1;
    waste(100);
  });
}

int main(int Argc, char **) {
  Collides = Argc == 1;
  constexpr int Times = 3;
  int64_t Began;
  {
    Thread Striker([] {
      for (int I = 0; Collides && I != Times; ++I) {
        await(2 * I + 1);
        stm::atomic("strike", [] { ++Shared; });
        reached(2 * I + 2);
      }
    });
    Began = now();
    for (int I = 0; I != Times; ++I)
      work(I);
  }
  printf("%lld\n", static_cast<long long>(now() - Began));
}
