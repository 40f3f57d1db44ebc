//===- tx/attempt.h - the common begin and commit ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What each transaction pays, inlined into runTransaction. All else is in
// attempt.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_ATTEMPT_H
#define STM_RT_TX_ATTEMPT_H

#include "tx/exclusive.h"
#include "tx/registry.h"
#include "tx/tsan.h"

namespace stm::rt {

STM_FAST_PATH bool Tx::tryBeginFast() {
  EhAtBegin = *Eh;
  Timestamp Now = Clock.now();
  // (8) before the fence, and before the look at needsBeginFence: a thread that
  // registers between the two has run membarrier, so either this store is
  // visible to it, or the flag is to us. Release: (10), for a waiter that
  // misses the Idle before it.
  Slot.store(Now, std::memory_order_release);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (needsBeginFence())
    arch::fullFence();
  // (12) acquire: pairs with (15): what ran exclusively is visible. Who holds
  // the token itself is in a fork, between the handlers.
  if (STM_UNLIKELY(ExclusiveFlag.load(std::memory_order_acquire)) &&
      !holdsToken(*this)) {
    // (10) release: nothing was done, but the exclusive thread waits for it.
    Slot.store(Idle, std::memory_order_release);
    return false;
  }
  Snapshot = Now;
  ReadBound = Now + 1;
  BeganAt = 0;
  InTransaction = true;
  Direct = false;
  Mode = ReadMode::Logged;
  tellTsanOfBegin();
  return true;
}

STM_FAST_PATH void Tx::finishCommit() {
  // (10) release: pairs with (9).
  Slot.store(Idle, std::memory_order_release);
  Reads.clear();
  Allocations.commit();
  Direct = true;
  Mode = ReadMode::Plain;
  InTransaction = false;
  Facts.Counts.Commits.bump();
}

STM_FAST_PATH bool Tx::tryCommitFast() {
  if (STM_UNLIKELY(Direct || IsUnusual || !Locks.empty()))
    return tryCommit();
  tellTsanOfCommit();
  CommitTime = Snapshot;
  Facts.Counts.ReadOnly.bump();
  finishCommit();
  return true;
}

STM_FAST_PATH void Tx::afterCommit() {
  if (STM_UNLIKELY(needsBeginFence() || Allocations.hasFrees() || HasWork))
    afterCommitSlow();
}

} // namespace stm::rt

#endif // STM_RT_TX_ATTEMPT_H
