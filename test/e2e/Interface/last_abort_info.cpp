//===- e2e/Interface/last_abort_info.cpp ----------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kind, number of attempts and address of the newest rollback.
//
// REQUIRES: llvm-19 || long
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;

int main() {
  stm_abort_info Info;
  EXPECT(stm_last_abort_info(&Info) == -1 && Info.kind == STM_ABORT_NONE);
  stm::atomic([] { X = 1; });
  EXPECT(stm_last_abort_info(&Info) == -1);

  // A reader meets a writer that holds the lock.
  {
    Thread Writer([] {
      stm::atomic([] {
        X = 2;
        reached(1);
        await(2);
      });
    });
    await(1);
    bool Second = false;
    stm::atomic([&] {
      stm_abort_info Inside;
      if (stm_last_abort_info(&Inside) == 0) {
        EXPECT(Inside.kind == STM_ABORT_READ_LOCKED);
        EXPECT(Inside.address == &X);
        EXPECT(Inside.victim_pc && Inside.culprit_pc);
        reached(2);
        Second = true;
      }
      EXPECT(X != 1);
    });
    EXPECT(Second);
  }
  EXPECT(stm_last_abort_info(&Info) == 0);
  EXPECT(Info.kind == STM_ABORT_READ_LOCKED && Info.attempts >= 1);
  stm::atomic([] {});
  EXPECT(stm_last_abort_info(&Info) == -1);

  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.commits == 4);
  EXPECT(Stats.aborts >= 1 && Stats.inevitable == 0);
  EXPECT(Stats.read_only >= 1);
}
