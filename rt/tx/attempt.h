//===- tx/attempt.h - the common begin and commit ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What each transaction pays, inlined into runTransaction. All else is in
// attempt.cpp, and told apart by one flag, IsUnusual.
//
// What bounds a short transaction is its stores (measured on Zen 3): an empty
// one had 33 of them and took 31 cycles, and leaving out calls or branches
// changed nothing. It has 25, and those that follow one another go to one cache
// line where they can: 5 to 8 % faster than to three. (Two words in one store,
// by a vector register, are slower than two stores: to fill it takes longer.)
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_ATTEMPT_H
#define STM_RT_TX_ATTEMPT_H

#include "base/options.h"
#include "base/test_point.h"
#include "tx/exclusive.h"
#include "tx/lone.h"
#include "tx/registry.h"

namespace stm::rt {

STM_FAST_PATH bool Tx::tryBeginFast(bool EvenIfExclusive, ReadMode How) {
  Timestamp Now;
  do {
    Now = Clock.now();
    STM_TEST_POINT(BeginBeforeSlot);
    // (8) before the fence, and before the look at needsBeginFence: a thread
    // that registers between the two has run membarrier, so either this store
    // is visible to it, or the flag is to us. Release: (10), for a waiter that
    // misses the Idle before it.
    Slot.store(Now, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (!needsBeginFence())
      How = How == ReadMode::Unfenced ? ReadMode::Logged : How;
    else if (How != ReadMode::Unfenced)
      arch::fullFence();
    STM_TEST_POINT(BeginBeforeFlag);
    // (12) acquire: pairs with (15): what ran exclusively is visible.
    // (Unfenced, it is looked for once more.)
    if (STM_UNLIKELY(ExclusiveFlag.load(std::memory_order_acquire)) &&
        !EvenIfExclusive && !STM_MUTATION(BeginIgnoresExclusive)) {
      // (10) release: nothing was done, but the exclusive thread waits for it.
      Slot.store(Idle, std::memory_order_release);
      return false;
    }
    // After a fence: who sees it, or what is noted from here on, finds the
    // attempt before over. Not before the slot either: a signal's handler may
    // still run a block there.
    if (How == ReadMode::Unfenced)
      std::atomic_thread_fence(std::memory_order_release);
    setKeepsReads(How != ReadMode::Unlogged);
    Reads.clear();
    Snapshot = Now;
    setReadBound(How == ReadMode::Unfenced ? 0 : boundOf(Now));
    Mode = How; // One store, of all four.
    InTransaction = true;
    SlowWrites = How == ReadMode::Unlogged;
    IsUnusual = false;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    // A signal's handler that has run a block since the slot was set has left
    // it idle. From here on it is inside of this attempt.
  } while (STM_UNLIKELY(Slot.load(std::memory_order_relaxed) != Now));
  if (STM_UNLIKELY(EhAtBegin != *Eh)) // A look costs less than a store.
    EhAtBegin = *Eh;
  return true;
}

template <class F> STM_FAST_PATH void Tx::finishCommit(F LeaveUnusual) {
  // (10) release: pairs with (9).
  Slot.store(Idle, std::memory_order_release);
  Allocations.commit();
  closeReads();
  Mode = ReadMode::Plain;
  InTransaction = false;
  SlowWrites = true;
  IsUnusual = false;
  // Asked last: until then it would take up registers.
  if (STM_UNLIKELY(LeaveUnusual())) {
    // Rare, and a store of its own: without this all four become one each.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    IsUnusual = true;
  }
}

STM_FAST_PATH void Tx::releaseLocks(Timestamp Time) {
  for (uint32_t Index : Locks) {
    OrecTable[Index].release(Time);
    STM_TEST_POINT(BetweenReleases);
  }
  Locks.clear();
}

STM_FAST_PATH bool Tx::tryCommitAccesses() {
  if (STM_LIKELY(Locks.empty())) {
    Facts.Counts.ReadOnly.bump();
    return true;
  }
  if (STM_UNLIKELY(Versioned))
    return tryCommitVersioned();
  Timestamp Time;
  // (16) After the timestamp: who publishes a snapshot that is older than it
  // has raised this before. (Not while this thread is lone.)
  uint64_t WhoReads;
  if (!IsLone.load(std::memory_order_relaxed) ||
      STM_UNLIKELY(!inLoneStep(*this, [&] {
        Time = Clock.advanceAlone();
        WhoReads = Versioning.load();
      }))) {
    Time = STM_MUTATION(ClockNotAdvanced) ? Clock.now() : Clock.advance();
    STM_TEST_POINT(UnversionedAfterClock);
    arch::fenceAfterRmw();
    WhoReads = Versioning.load();
  }
  if (STM_UNLIKELY(Time != Snapshot + 1 || WhoReads != 0) || STM_INJECTS(Abort))
    return tryCommitBesideOthers(Time, WhoReads);
  Snapshot = Time;
  releaseLocks(Time);
  Undo.clear();
  Facts.Counts.Updates.bump();
  return true;
}

STM_FAST_PATH Tx::End Tx::tryCommitFast() {
  if (STM_UNLIKELY(IsUnusual))
    return tryCommit() ? End::Committed : End::RolledBack;
  if (Locks.empty()) // The rest is a way of its own.
    return End::HasOnlyRead;
  if (STM_UNLIKELY(!tryCommitAccesses()))
    return End::RolledBack;
  // The next one is to be looked at (block_sampler.h).
  finishCommit(/*LeaveUnusual=*/[this] {
    return Facts.Sampler.wakesForUpdate(Facts.Counts.Updates.get());
  });
  return End::Committed;
}

STM_FAST_PATH bool Tx::isQuiet(bool OnlyRead) {
  if (!needsBeginFence())
    return true;
  // Not for an update, whose time is new, and whose note would be a cache line
  // more that updates take from each other.
  if (!OnlyRead)
    return !isSlotBelow(Snapshot);
  return isQuietAsOf(Snapshot);
}

STM_FAST_PATH bool Tx::isQuietAsOf(Timestamp Time) {
  if (STM_LIKELY(Time <= QuietUpTo))
    return true;
  // One other slot is seen as soon as a note is.
  bool Shares = HasMoreThanTwo.load(std::memory_order_relaxed);
  if (Shares && Quiet.covers(Time)) {
    QuietUpTo = Time;
    return true;
  }
  if (STM_MUTATION(QuietUnlooked))
    Quiet.note(Time);
  if (isSlotBelow(Time))
    return false;
  QuietUpTo = Time;
  if (Shares)
    Quiet.note(Time);
  return true;
}

template <Waiting When> STM_FAST_PATH void Tx::commitReads() {
  Facts.Counts.ReadOnly.bump();
  finishCommit(/*LeaveUnusual=*/[this] {
    return Facts.Sampler.wakesForReadOnly(Facts.Counts.ReadOnly.get());
  });
  afterCommit<When>(/*OnlyRead=*/true);
}

STM_FAST_PATH bool Tx::waitsThisTime() {
  if (STM_LIKELY(CommitsThatWait == 0))
    return false;
  --CommitsThatWait;
  return true;
}

template <Waiting When> STM_FAST_PATH void Tx::afterCommit(bool OnlyRead) {
  // (Nor is there anybody to wait for of what was left before.)
  bool Quiet = OnlyRead && Snapshot <= QuietUpTo;
  if (When == Waiting::Later && !Quiet && Snapshot != 0 && Output.empty() &&
      options().Quiesce == QuiesceMode::Lazy && !hasMore() &&
      !waitsThisTime()) {
    PendingSinceRead = OnlyRead;
    if (STM_LIKELY(!Allocations.hasFrees())) {
      PendingQuiescence = Snapshot;
      return;
    }
    if (freeLate())
      return;
  }
  if (!(Quiet || isQuiet(OnlyRead)) ||
      STM_UNLIKELY(Allocations.hasFrees() || hasMore()))
    afterCommitSlow();
}

STM_FAST_PATH void Tx::awaitQuiescence() {
  // In a transaction: from code that it runs as it stands, and it waits itself
  // or needs none.
  if (STM_UNLIKELY(PendingQuiescence != 0) && !InTransaction)
    awaitQuiescenceSlow();
}

} // namespace stm::rt

#endif // STM_RT_TX_ATTEMPT_H
