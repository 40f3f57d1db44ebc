//===- tx/quiescence.cpp - waiting for older attempts -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Privatization: what a committed transaction has unlinked may be used plainly
// once nobody can still read or write it as of before. Such a one began before
// the commit and its slot says so, or it began after and finds the locks or the
// new timestamps.
//
// Who runs for long is asked, and at its next read extends its snapshot, if it
// can, instead of being waited for to the end. If it doesn't get to a read,
// since it computes or another thread has its processor, who waits vouches for
// it: looks itself whether what the attempt has read has changed.
//
// Invariant: who has been vouched for as of T has read nothing that isn't
// current at a moment after T. From then on it is like an attempt that began at
// that moment and has read the same, but for its snapshot, which is older than
// it could be, so that more doesn't pass. What a commit up to T has made
// private is out of its reach: it would have read something that changed.
//   - What it notes it has noted before it looks at the stripe (37). Membarrier
//     falls somewhere in its instructions, after T's commit. What was looked at
//     before that is found in its read set. What is looked at after that and
//     passes has not changed since the snapshot: neither at T. What it has
//     locked nobody else has changed.
//   - An attempt whose slot was set after the membarrier has read all there is
//     after it; and if it is seen in place of an older one, that is over (38).
//
// (No note is left of such a wait, see below: the slot hasn't moved.)
//
// Read-only commits wait too, as of their snapshot: what they saw may have been
// privatized for them by another thread that itself still waits.
//
// Invariant: once somebody has looked at all slots and found, or waited until,
// none is below Q, the clock having been seen at Q or later before, nobody has
// to look again for a time up to Q. Whoever was missed had not made its slot
// visible, so its reads come after the look: it finds the locks or timestamps
// of all commits up to Q. The same goes for who begins later, even with an
// older clock value in its slot. So those that only read, whose time stays the
// same while nobody writes, look at the other threads' slots, which these keep
// writing, once for each timestamp: each notes it for itself, and where there
// are more than two threads for all (Quiet), since a look at that costs as much
// as one at a slot.
//
//===----------------------------------------------------------------------===//

#include "base/membarrier.h"
#include "base/no_signals.h"
#include "base/options.h"
#include "base/test_point.h"
#include "base/wait.h"
#include "tx/registry.h"

#include <mutex>
#include <utility>

namespace stm::rt {

constinit QuietTime Quiet;

namespace {
/// So many looks at a slot before its owner is asked to move it: asking takes
/// the line from it that each of its reads needs. What is short is over by
/// then.
constexpr unsigned FirstAsked = 32;
/// So many before the processor is given to others. Where each thread has one
/// that mostly costs more than it helps.
unsigned looksBeforeYield() {
  return HasProcessorEach.load(std::memory_order_relaxed)
             ? 4 * Waiter::SpinRounds
             : Waiter::SpinRounds;
}
/// So many before it is vouched for, which takes microseconds of both, under a
/// hypervisor tens of them: most wait for less. (Few where each look is a step
/// of a schedule, or a test waits for it.)
unsigned firstVouched([[maybe_unused]] unsigned BeforeYield) {
#if STM_TEST_POINTS
  return 3;
#else
  return 2 * BeforeYield;
#endif
}
constexpr unsigned Never = ~0u;
/// From one time to the next.
constexpr unsigned LessOften = 4;

/// Whether what \p Other has read is current as of \p Time or later, a
/// membarrier having been made since then.
bool isCurrent(Tx &Other, Timestamp Time) {
  // (9) acquire, as below: another attempt by now, or it has extended.
  Timestamp Snapshot = Other.Slot.load(std::memory_order_acquire);
  if (Snapshot >= Time)
    return true;
  // (38) acquire.
  if (!Other.KeepsReads.load(std::memory_order_acquire))
    return false;
  STM_TEST_POINT(VouchBeforeReads);
  const uint32_t *End = Other.Reads.sharedEnd();
  for (const uint32_t *At = Other.Reads.begin(); At < End; ++At) {
    // (If it is none of this attempt's it only may keep us from vouching.)
    uint32_t Index = __atomic_load_n(At, __ATOMIC_RELAXED) % OrecCount;
    OrecWord Word = OrecTable[Index].load();
    if (Word.raw() > Snapshot && !Other.ownsWord(Word) &&
        !STM_MUTATION(VouchedUnlooked))
      return false;
  }
  return true;
}

/// The same, as far as it can be found out now.
bool canVouch(Tx &Other, Timestamp Time) {
  NoSignals None; // Other's thread may wait for the lock.
  std::unique_lock Guard(Other.ReadsLock, std::try_to_lock);
  return Guard.owns_lock() && isCurrent(Other, Time);
}
} // namespace

uint64_t waitForQuiescence(const Tx &Self, Timestamp Time, Older What) {
  // The attempt's locks, which it took with read-modify-writes, come before the
  // loads of the slots: pairs with the fence, or the first lock, between (8)
  // and the first read.
  arch::fenceAfterRmw();
  uint64_t Began = 0;
  const unsigned BeforeYield = looksBeforeYield();
  bool HasFenced = false; // For all of them.
  forEachDescriptor([&](Tx &Other) {
    if (&Other == &Self)
      return;
    STM_TEST_POINT(QuiesceBeforeSlot);
    Waiter Wait(BeforeYield);
    unsigned AskAt = FirstAsked;
    unsigned VouchAt = What == Older::MayStay && HasMembarrier
                           ? firstVouched(BeforeYield)
                           : Never;
    // (9) acquire: pairs with (10): the attempt's last accesses are over.
    while (STM_UNLIKELY(Other.Slot.load(std::memory_order_acquire) < Time)) {
      if (!Began)
        Began = arch::ticks();
      if (Wait.rounds() == AskAt) {
        Other.askToExtend();
        AskAt *= LessOften;
      }
      if (Wait.rounds() == VouchAt) {
        HasFenced = HasFenced || tryMembarrierForAll();
        if (HasFenced && canVouch(Other, Time))
          break;
        VouchAt *= LessOften;
      }
      Wait.pause();
    }
  });
  return Began ? arch::ticks() - Began : 0;
}

void waitForSnapshots(Timestamp Time) {
  forEachReader([&](const SnapshotReader &R) {
    Waiter Wait;
    for (;;) {
      uint64_t Slot = R.slot(); // (17)
      if (Slot == SnapshotReader::None || SnapshotReader::time(Slot) >= Time)
        return;
      Wait.pause();
    }
  });
}

} // namespace stm::rt
