//===- tx/inevitable.cpp - transactions that cannot be rolled back --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Alone: nobody else runs; accesses are plain. Beside: two-phase locking, with
// guards for what it reads and ordinary locks, versioned, for what it writes.
// It waits for others' locks, whose holders wait for nothing of it without
// bound, and others give way to it.
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "base/wait.h"
#include "report/own_code.h"
#include "tx/attempt.h"
#include "tx/registry.h"
#include "tx/signal_handler.h"
#include "tx/single_thread.h"
#include "tx/tsan.h"
#include "version/read_guards.h"

namespace stm::rt {

namespace {
/// Relaxed: set before the transactions that it is about.
constinit std::atomic<bool> SomeMayLeave{false};
} // namespace

bool mayTransactionsLeave() {
  return SomeMayLeave.load(std::memory_order_relaxed);
}

void transactionsMayLeave() {
  if (mayTransactionsLeave())
    return;
  SomeMayLeave.store(true, std::memory_order_relaxed);
  alwaysUseBarriers();
}

void Tx::startAlone(const char *Reason, uintptr_t Pc) {
  StartInevitable = true;
  StartAs = Company::Alone;
  StartAlone = mayTransactionsLeave();
  InevitableReason = Reason;
  InevitablePc = Pc;
}

void Tx::restartInevitably(Company With, ConflictKind Why, Orec *Stale,
                           uintptr_t Pc) {
  startAlone(InevitableReason, Pc);
  // One that must still be able to leave can't be inevitable from its begin.
  if (!StartAlone)
    StartAs = With;
  conflict(Why, nullptr, Stale, Pc);
}

void Tx::becomeInevitable(const char *Reason, uintptr_t Pc, Company With) {
  if (isDirect()) { // Already, or not in a transaction.
    if (InPlainBlock.load(std::memory_order_relaxed)) {
      InevitableReason = Reason;
      InevitablePc = Pc;
    }
    return;
  }
  if (IsBeside) {
    if (With == Company::Alone)
      goAlone();
    return;
  }
  if (STM_UNLIKELY(Turn) && !Turn.hasCome())
    leave(Ending::Restart, Pc);
  // (Alone it waits for all others.)
  if (With == Company::Beside)
    beforeTelling(Pc);
  // Nobody else runs as it is; or a lock has to go now.
  if (Alone || Locked.hasDeferred())
    With = Company::Alone;
  InevitableReason = Reason;
  InevitablePc = Pc;
  // What reads without a log can't validate what it has read, and has done
  // nothing yet that others could have seen: it starts again. So does who would
  // have to wait for the token: its holder may wait for a lock.
  if (Mode == ReadMode::Unlogged || Snap != SnapshotMode::None ||
      !tryTakeToken(*this))
    restartInevitably(With, ConflictKind::Inevitable, nullptr, Pc);
  noteInevitable();
  if (With == Company::Beside)
    return startBeside(Pc);
  STM_TEST_POINT(InevitableBeforeExclusive);
  raiseExclusive(*this);
  Orec *Stale = nullptr;
  if (!readsAreCurrent(Stale) && !STM_MUTATION(InevitableUnvalidated))
    // Nobody else can get in between now and the next begin.
    restartInevitably(With, ConflictKind::Validation, Stale, Pc);
  runAlone();
}

void Tx::noteInevitable() {
  InevitableStack = sampleInevitable(Facts, InevitableReason, InevitablePc,
                                     Site ? *Site : stm_site{});
  InevitableSince = arch::ticks();
  // Snapshots must not wait for a lock of this one.
  if (!STM_MUTATION(InevitableUnlinked))
    linkSoFar();
}

bool Tx::becomeInevitableToUnlock() {
  STM_DCHECK(isRevocable());
  uintptr_t Pc = Locked.first().Pc;
  InevitableReason = kLockReason;
  InevitablePc = Pc;
  // Nothing of the body's runs any more, so what fails only returns.
  ConflictKind Why = ConflictKind::Inevitable;
  Orec *Stale = nullptr;
  if (tryTakeToken(*this)) {
    noteInevitable();
    raiseExclusive(*this);
    if (readsAreCurrent(Stale) || STM_MUTATION(InevitableUnvalidated)) {
      runAlone();
      return true;
    }
    Why = ConflictKind::Validation;
  }
  WriterNote Writer = Stale ? Stale->writer() : WriterNote(0);
  startAlone(kLockReason, Pc);
  rollBack();
  noteRollback(Why, {nullptr, 0}, Stale, Writer, programPc(Pc));
  return false;
}

void Tx::runAlone() {
  // What it has done so far is committed here: nobody can see it before the
  // end.
  if (!Locks.empty())
    finishWriting(publishUnvalidated());
  endGuards();
  Alone = false; // More than that.
  Allocations.commit();
  // Committed transactions that wait for quiescence need not wait for this one:
  // it has just been validated, so what they privatized is out of its reach.
  Slot.store(Idle, std::memory_order_release); // (10)
  becomeDirect();
  IsUnusual = true;
  Locked.settle();
}

void Tx::goAlone() {
  STM_TEST_POINT(InevitableBeforeExclusive);
  // Who waits for a lock or a guard of this one rolls back soon, and snapshots
  // wait for neither.
  raiseExclusive(*this);
  runAlone();
}

void Tx::startInevitably() {
  bool IsAlone = StartAs == Company::Alone;
  uint64_t Began = arch::ticks();
  inWait(*this, [&] {
    if (IsAlone)
      takeExclusivity(*this);
    else
      takeToken(*this); // So nobody else runs alone.
  });
  InevitableSince = arch::ticks();
  recordWait(Facts, siteOrNone(), Began, InevitableSince);
  if (IsAlone && !StartAlone) {
    EhAtBegin = *Eh;
    InTransaction = true;
    STM_DCHECK(isDirect());
  } else {
    tryBeginFast(/*EvenIfExclusive=*/true, ReadMode::Logged);
    Alone = IsAlone;
  }
  tellTsanOfBegin();
  IsUnusual = true;
  if (!IsAlone)
    startBeside(InevitablePc);
}

void Tx::startBeside(uintptr_t Pc) {
  Guards.raise(Pc);
  if (!STM_MUTATION(EarlierReadsUnguarded))
    for (uint32_t Index : Reads)
      Guards.set(Index);
  IsBeside = true;
  Orec *Stale = nullptr;
  if (!readsAreCurrent(Stale) && !STM_MUTATION(InevitableUnvalidated)) {
    endGuards();
    // The rollback runs deallocators of the program's: nobody must wait for the
    // token meanwhile.
    if (!KeepsToken)
      dropExclusivity(*this);
    restartInevitably(Company::Beside, ConflictKind::Validation, Stale, Pc);
  }
  Locked.forget(); // The program holds them all.
  // As when running alone: nobody can privatize what it still reaches, because
  // the way there is guarded.
  Slot.store(Idle, std::memory_order_release); // (10)
  Culprit.NeedsReader = false;
  setReadBound(0);
  SlowWrites = true;
  IsUnusual = true;
}

void Tx::guardStripe(uint32_t Index) {
  STM_DCHECK(IsBeside && !Reads.isFull());
  if (!Guards.set(Index))
    return;
  Reads.pushUnchecked(Index);
  STM_TEST_POINT(GuardBeforeWord);
  Waiter Wait;
  for (;;) {
    OrecWord Word = OrecTable[Index].load();
    if (!Word.isLocked() || ownsWord(Word))
      return;
    Wait.pause();
  }
}

void Tx::endGuards() {
  if (!IsBeside)
    return;
  for (uint32_t Index : Reads)
    Guards.clear(Index);
  Guards.lower();
  IsBeside = false;
}

void Tx::commitBeside() {
  if (STM_MUTATION(GuardsEndEarly))
    endGuards();
  STM_TEST_POINT(BesideBeforeClock);
  if (Locks.empty()) {
    // What it has read is current as of now.
    Snapshot = Clock.now();
  } else {
    Snapshot = publishUnvalidated();
    finishWriting(Snapshot);
  }
  STM_TEST_POINT(BesideBeforeUnguard);
  endGuards();
  Facts.Counts.Updates.bump();
}

void Tx::leaveInevitable() {
  uint64_t Held = arch::ticks() - InevitableSince;
  if (!KeepsToken)
    dropExclusivity(*this);
  StartInevitable = StartAlone = false;
  Facts.Counts.Inevitable.bump();
  recordInevitable(Facts, InevitableReason, InevitablePc,
                   Site ? *Site : stm_site{}, Held, InevitableStack);
  InevitableStack = 0;
}

} // namespace stm::rt
