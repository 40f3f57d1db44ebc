//===- tx/turn.cpp - transactions that commit in a given order ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/turn.h"

#include "base/wait.h"
#include "tx/exclusive.h"

#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>

namespace stm::rt {

namespace {

/// Rounds of Waiter, after which the one in front is taken to be asleep.
constexpr unsigned RoundsBeforeSleep = 1000;

} // namespace

bool Tx::awaitTurn() {
  if (STM_LIKELY(Turn.hasCome()))
    return true;
  Waiter Wait;
  while (!Turn.hasCome()) {
    if (Turn.isOver() || Turn.isAskedToGiveWay() || isTokenTaken()) {
      rollBack();
      ++Attempts;
      ++Forgiven;
      LastAbort = {};
      LastAbort.kind = STM_ABORT_TURN;
      LastAbort.attempts = Attempts;
      LastAbort.block = siteOrNone();
      HowItEnded = Ending::Restart;
      IsUnusual = true;
      return false;
    }
    Wait.pause();
    if (Wait.rounds() > RoundsBeforeSleep) {
      // A plain system call: no point where pthread_cancel acts.
      timespec Time = {0, 20000};
      syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &Time, nullptr);
    }
  }
  return true;
}

bool Tx::goesOnInTurn(Ending How) {
  if (How == Ending::Cancelled || How == Ending::Retry) {
    if (Turn.isCertain()) {
      if (How == Ending::Cancelled)
        Turn.pass();
      return true;
    }
  } else if (Turn.hasCome()) {
    // One of those behind may have it, a mutex too.
    if (How == Ending::LockTaken ||
        (How == Ending::Conflict && (LastAbort.kind == STM_ABORT_READ_LOCKED ||
                                     LastAbort.kind == STM_ABORT_WRITE_LOCKED)))
      Turn.askOthersToGiveWay();
    return true;
  }
  StartInevitable = StartAlone = WaitsForInevitable = false;
  return false;
}

} // namespace stm::rt
