//===- tx/inevitable.cpp - transactions that cannot be rolled back --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "tx/attempt.h"
#include "tx/registry.h"
#include "tx/tsan.h"

namespace stm::rt {

namespace {
/// Relaxed: set before the transactions that it is about.
constinit std::atomic<bool> SomeMayLeave{false};
} // namespace

void transactionsMayLeave() {
  SomeMayLeave.store(true, std::memory_order_relaxed);
}

void Tx::startAlone(const char *Reason, uintptr_t Pc) {
  StartInevitable = true;
  StartAlone = SomeMayLeave.load(std::memory_order_relaxed);
  InevitableReason = Reason;
  InevitablePc = Pc;
}

void Tx::becomeInevitable(const char *Reason, uintptr_t Pc) {
  if (isDirect())
    return; // Already, or not in a transaction.
  InevitableReason = Reason;
  InevitablePc = Pc;
  if (Mode == ReadMode::Unlogged || Snap != SnapshotMode::None) {
    // It can't validate what it has read, and has done nothing yet that others
    // could have seen: it starts again, alone.
    startAlone(Reason, Pc);
    conflict(ConflictKind::Inevitable, nullptr, nullptr, Pc);
  }
  if (!tryTakeToken(*this)) {
    // Waiting for it with locks held would deadlock with its holder.
    startAlone(Reason, Pc);
    conflict(ConflictKind::Inevitable, nullptr, nullptr, Pc);
  }
  InevitableStack =
      sampleInevitable(Facts, Reason, Pc, Site ? *Site : stm_site{});
  // Snapshots that run are waited for: they must not wait for a lock of this
  // one.
  if (!STM_MUTATION(InevitableUnlinked))
    linkSoFar();
  STM_TEST_POINT(InevitableBeforeExclusive);
  raiseExclusive(*this);
  Orec *Stale = nullptr;
  if (!readsAreCurrent(Stale)) {
    // Nobody else can get in between now and the next begin.
    startAlone(Reason, Pc);
    conflict(ConflictKind::Validation, nullptr, Stale, Pc);
  }
  // What it has done so far is committed here: nobody can see it before the
  // end.
  if (!Locks.empty())
    finishWriting(publishUnvalidated());
  Reads.clear();
  Alone = false; // More than that.
  Allocations.commit();
  // Committed transactions that wait for quiescence need not wait for this one:
  // it has just been validated, so what they privatized is out of its reach.
  Slot.store(Idle, std::memory_order_release); // (10)
  Mode = ReadMode::Plain;
  IsUnusual = true;
  InevitableSince = arch::ticks();
}

void Tx::enterInevitable() {
  takeExclusivity(*this);
  tellTsanOfBegin();
  InTransaction = true;
  STM_DCHECK(isDirect());
  InevitableSince = arch::ticks();
}

void Tx::beginAlone() {
  takeExclusivity(*this);
  tryBeginFast(/*EvenIfExclusive=*/true);
  tellTsanOfBegin();
  Alone = true;
  InevitableSince = arch::ticks();
}

void Tx::leaveInevitable() {
  uint64_t Held = arch::ticks() - InevitableSince;
  dropExclusivity(*this);
  StartInevitable = StartAlone = false;
  Facts.Counts.Inevitable.bump();
  recordInevitable(Facts, InevitableReason, InevitablePc,
                   Site ? *Site : stm_site{}, Held, InevitableStack);
  InevitableStack = 0;
}

} // namespace stm::rt
