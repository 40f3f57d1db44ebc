//===- e2e/Interface/on_conflict.cpp - stm_on_conflict ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program is told of each rolled back attempt between two attempts: of both
// sides and the time that was lost. It may run transactions of its own then.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 %s -o %t
// RUN: env STM_OPTIONS=quiesce=never %t
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>

alignas(64) long Shared = 0;
alignas(64) long Told = 0;
std::atomic<bool> Struck{false};

STM_PURE void wasteTime() { usleep(20000); }

void onConflict(const stm_abort_info *Info, void *Arg) {
  EXPECT(Arg == &Told);
  EXPECT(!stm_in_transaction());
  EXPECT(Info->kind == STM_ABORT_VALIDATION);
  EXPECT(Info->attempts == 1);
  EXPECT(Info->culprit_pc);
  EXPECT(Info->lost_ns >= 20000000);
  EXPECT(!strcmp(Info->block.name, "victim"));
  EXPECT(!strcmp(Info->culprit_block.name, "culprit"));
  stm::atomic([] { ++Told; });
}

int main() {
  stm_on_conflict(onConflict, &Told);
  Thread Culprit([] {
    await(1);
    stm::atomic("culprit", [] { Shared = 5; });
    reached(2);
  });
  // The first transactions of a thread are timed.
  stm::atomic("victim", [] {
    long Seen = Shared;
    if (firstTime(Struck)) {
      wasteTime();
      reached(1);
      await(2);
    }
    Shared = Seen + 1;
  });
  EXPECT(Shared == 6 && Told == 1);
  stm_abort_info Info;
  EXPECT(stm_last_abort_info(&Info) == 0 && Info.lost_ns >= 20000000);
  stm_on_conflict(nullptr, nullptr);
}
