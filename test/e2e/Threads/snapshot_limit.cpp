//===- e2e/Threads/snapshot_limit.cpp - memory_limit_mb ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A snapshot that takes more than the limit starts again, and the report names
// it. Nobody's update is lost, and no half of one is seen. A limit below
// gc_young_kb is obeyed all the same.
//
// RUN: env STM_OPTIONS=memory_limit_mb=1 %two_levels %t %s %stmxx
// RUN: env STM_OPTIONS=memory_limit_mb=1:gc_young_kb=65536 %one_level %t %s %stmxx
// CHECK: thread [[THREAD:[0-9]+]]
// CHECK: "runaway" was ended, since its versions took more than memory_limit_mb: Words
// CHECK-NEXT: (thread id [[THREAD]]), when 1.{{.}} MB were held
// CHECK: 1 ended by memory_limit_mb
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

/// Twice the limit in versions of one word each.
constexpr unsigned Count = 1 << 15;
alignas(64) long Words[Count];
alignas(64) long Total = 0;

static stm_stats stats() {
  stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats;
}

/// All of them once.
static void write() {
  for (long &Word : Words)
    stm::atomic([&] {
      ++Word;
      ++Total;
    });
}

int main() {
  fprintf(stderr, "thread %d\n", getpid());
  Thread Writer([] {
    await(1);
    while (stats().snapshots_over_limit == 0)
      write();
    reached(2);
  });
  long Difference = stm::snapshot("runaway", [] {
    long Sum = Total;
    reached(1);
    await(2); // Which is after its end.
    for (long Word : Words)
      Sum -= Word;
    return Sum;
  });
  EXPECT(Difference == 0);
  write();
  long Sum = 0;
  for (long Word : Words)
    Sum += Word;
  EXPECT(Sum == Total && Sum % Count == 0);
  EXPECT(stats().snapshots_over_limit == 1);
}
