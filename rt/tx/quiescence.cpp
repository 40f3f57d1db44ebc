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
// can, instead of being waited for to the end.
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
// same while nobody writes, leave a note (Quiet), and look at the other
// threads' slots, which these keep writing, once for each timestamp.
//
//===----------------------------------------------------------------------===//

#include "base/options.h"
#include "base/test_point.h"
#include "base/wait.h"
#include "tx/registry.h"

namespace stm::rt {

constinit QuietTime Quiet;

namespace {
/// So many looks at a slot before its owner is asked to move it: asking takes
/// the line from it that each of its reads needs. What is short is over by
/// then.
constexpr unsigned FirstAsked = 32;
/// From one time to the next.
constexpr unsigned LessOften = 4;
} // namespace

uint64_t waitForQuiescence(const Tx &Self, Timestamp Time) {
  // The attempt's locks, which it took with read-modify-writes, come before the
  // loads of the slots: pairs with the fence between (8) and the first read.
  arch::fenceAfterRmw();
  uint64_t Began = 0;
  forEachDescriptor([&](Tx &Other) {
    if (&Other == &Self)
      return;
    STM_TEST_POINT(QuiesceBeforeSlot);
    Waiter Wait;
    unsigned AskAt = FirstAsked;
    // (9) acquire: pairs with (10): the attempt's last accesses are over.
    while (STM_UNLIKELY(Other.Slot.load(std::memory_order_acquire) < Time)) {
      if (!Began)
        Began = arch::ticks();
      if (Wait.rounds() == AskAt) {
        Other.askToExtend();
        AskAt *= LessOften;
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
