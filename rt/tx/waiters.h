//===- tx/waiters.h - asleep until something that was read changes -*- C++ -*-//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// stm_retry. The waiter has been rolled back and holds nothing; what it had
// read is a set of orecs, all current as of its snapshot. It sleeps unless one
// of them has changed, and is woken by the next commit that changes one.
//
//   waiter                            commit (locks held)
//   says what it waits for            T := ++clock (a full fence)
//   HasWaiters := 1 (Versioning)      HasWaiters?
//   full fence                        releases its locks with T
//   looks at each of its orecs        if so: looks who waits for one of them,
//   sleeps if all are as they were    and wakes it
//
// Invariants
//  1. No wake-up is lost. A commit that misses HasWaiters had its locks before
//     the waiter's fence: the waiter finds the orec locked, or released with a
//     newer timestamp, and doesn't sleep. One that sees it finds the waiter's
//     set and wakes it. (One that has no read set, since it was compiled
//     without the plugin, looks at the clock, which such a commit had advanced
//     before.)
//  2. What runs alone (inevitable, a fork) changes no orec. It counts its
//     periods, and wakes everybody at its end if HasWaiters. A waiter has read
//     the count before its slot went Idle, so a period that it doesn't know of
//     began later: either it is over, and counted when the waiter looks, or its
//     end sees HasWaiters.
//     (One that has changed nothing, and waits itself, neither counts nor
//     wakes: two of those would wake each other for ever.)
//  3. The set may say too much (several orecs share a bit; what was locked may
//     have been written only), never too little.
//
// A rollback wakes nobody: it leaves what it found. Plain stores outside of
// transactions wake nobody either: nothing notices them. If they are stamped
// (abi/settled.cpp) a waiter may find its stripe changed, and run once more.
//
// Thread safety: any thread. Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_WAITERS_H
#define STM_RT_TX_WAITERS_H

#include "mem/log_memory.h"
#include "stm/abi.h"
#include "version/clock.h"

namespace stm::rt {

class Tx;

/// In each descriptor, for others to see.
class WaitingRoom {
public:
  void clear();
  void addAll();
  void add(uint32_t Orec) {
    std::atomic<uint64_t> &Word = Bits[wordOf(Orec)];
    Word.store(Word.load(std::memory_order_relaxed) | bitOf(Orec),
               std::memory_order_relaxed);
  }
  bool has(uint32_t Orec) const {
    return Bits[wordOf(Orec)].load(std::memory_order_relaxed) & bitOf(Orec);
  }

  enum : uint32_t { Nobody, Waiting, Woken };
  std::atomic<uint32_t> State{Nobody};
  /// All of it was current: it sleeps until it is woken.
  std::atomic<bool> Sleeps{false};

private:
  static constexpr uint32_t BitCount = 4096;
  static size_t wordOf(uint32_t Orec) { return Orec % BitCount / 64; }
  static uint64_t bitOf(uint32_t Orec) { return uint64_t{1} << Orec % 64; }

  std::atomic<uint64_t> Bits[BitCount / 64] = {};
};

/// What a rolled back attempt waits for.
class RetryWait {
public:
  /// Before the rollback; takes over the read set.
  void prepare(Tx &Self);
  /// Of one that runs alone and has changed nothing: whatever changes, it may
  /// have read it.
  void prepareForAny();
  /// After it. \p Time: its timestamp, if it held locks.
  void rolledBack(Timestamp Time) { Released = Time; }
  void swap(RetryWait &Other);
  /// Returns when something of it has changed, or may have.
  void sleep(Tx &Self);
  /// Instead: it isn't waited for.
  void giveBackRoom(Tx &Self);

private:
  bool hadLocked(uint32_t Index) const;
  /// As Periods: there was no memory for all of it, so it doesn't sleep.
  static constexpr uint64_t NeverCurrent = ~uint64_t{0};
  bool isCurrent() const;

  LogVector<uint32_t, /*IsShared=*/true> Reads; ///< As the attempt's.
  size_t LocksAtEnd = 0; ///< Of these: what it had locked, in order.
  Timestamp Snapshot = 0;
  Timestamp Released = 0; ///< Of its own locks.
  uint64_t Periods = 0;
  bool IsForAny = false;
};

/// Told before (1) and after (0) a thread sleeps in stm_retry.
using SleepCall = void(int);
extern STM_HIDDEN std::atomic<SleepCall *> OnSleep;

/// How often somebody has run alone.
uint64_t exclusivePeriods();
/// At the end of such a period.
void endExclusivePeriod();

/// By a commit that has released \p Locks after it had seen HasWaiters.
STM_SLOW_PATH void wakeWaiters(const uint32_t *Begin, const uint32_t *End);

/// In a fork's child: nobody waits.
void resetWaitersInChild();

} // namespace stm::rt

#endif // STM_RT_TX_WAITERS_H
