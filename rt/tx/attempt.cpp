//===- tx/attempt.cpp - begin, extend, commit, roll back --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/attempt.h"

#include "base/check.h"
#include "base/options.h"
#include "tx/cxa.h"

namespace stm::rt {

void Tx::begin() {
  STM_DCHECK(Slot.load(std::memory_order_relaxed) == Idle);
  STM_DCHECK(Reads.empty() && Locks.empty() && Undo.empty());
  if (STM_UNLIKELY(StartInevitable)) {
    EhAtBegin = *Eh;
    BeganAt = arch::ticks();
    return enterInevitable();
  }
  while (!tryBeginFast())
    waitWhileExclusive(*this);
  if (Culprit.NeedsReader)
    ReadBound = 0;
  if (TimedAttempts) {
    --TimedAttempts;
    BeganAt = arch::ticks();
  }
  IsUnusual = TimedAttempts || Culprit.Pending;
}

bool Tx::readsAreCurrent(Orec *&Stale) const {
  for (uint32_t Index : Reads) {
    OrecWord Word = OrecTable[Index].load();
    // Locked by others is above every timestamp. Own locks were taken from
    // words up to the snapshot, and nobody has changed the stripe since.
    if (STM_UNLIKELY(Word.raw() > Snapshot && Word != MyLock)) {
      Stale = &OrecTable[Index];
      return false;
    }
  }
  return true;
}

bool Tx::extendSnapshot(Orec *&Stale) {
  Timestamp Newer = Clock.now();
  if (!readsAreCurrent(Stale))
    return false;
  tellTsanOfBegin();
  Snapshot = Newer;
  if (ReadBound)
    ReadBound = Newer + 1;
  // (10) release: whoever stops waiting for this attempt because of the new
  // value has its earlier loads behind it.
  Slot.store(Newer, std::memory_order_release);
  Facts.Counts.Extensions.bump();
  return true;
}

void Tx::releaseLocks(Timestamp Time) {
  for (uint32_t Index : Locks)
    OrecTable[Index].release(Time);
  Locks.clear();
}

bool Tx::tryCommit() {
  tellTsanOfCommit();
  if (STM_UNLIKELY(Direct)) {
    leaveInevitable();
    CommitTime = 0;
  } else if (Locks.empty()) {
    CommitTime = Snapshot;
    Facts.Counts.ReadOnly.bump();
  } else {
    Timestamp Time = Clock.advance();
    Orec *Stale;
    if (Time != Snapshot + 1 && !readsAreCurrent(Stale)) {
      uintptr_t WriterPc = Stale->writerPc();
      rollBack();
      noteRollback(ConflictKind::Validation, nullptr, Stale, WriterPc, 0);
      return false;
    }
    releaseLocks(Time);
    Undo.clear();
    CommitTime = Time;
  }
  finishCommit();
  if (STM_UNLIKELY(Culprit.Pending))
    settlePendingConflict(arch::ticks());
  return true;
}

bool Tx::tryCommitInHandler() {
  // What is caught now is the exception that leaves; the handlers of the body
  // have ended. Should the attempt be rolled back, then to just this state.
  EhAtBegin = *Eh;
  CxaException *Leaving = CxaException::caught(Eh->Caught);
  if (Leaving && !Direct)
    Allocations.forgetAllocation(Leaving->object());
  if (tryCommit())
    return true;
  if (Leaving)
    Leaving->Destructor = nullptr;
  return false;
}

void Tx::rollBack() {
  if (!Locks.empty()) {
    Undo.undo();
    // After the undo: a reader that began since sees restored values only.
    releaseLocks(Clock.advance());
  }
  Reads.clear(); // Its room stays: the next attempt needs as much.
  tellTsanOfCommit();
  Slot.store(Idle, std::memory_order_release); // (10)
  *Eh = EhAtBegin;
  Direct = true;
  InTransaction = false;
  // The program's deallocators may run transactions on this thread: what is to
  // be known of this one must outlive them.
  uint32_t AttemptsSoFar = Attempts;
  bool Inevitable = StartInevitable;
  const char *Reason = InevitableReason;
  uintptr_t Pc = InevitablePc;
  const stm_site *Block = Site;
  StartInevitable = false;
  Allocations.rollBack();
  Attempts = AttemptsSoFar;
  StartInevitable = Inevitable;
  InevitableReason = Reason;
  InevitablePc = Pc;
  Site = Block;
}

void Tx::abandonInChild() {
  Direct = true;
  InTransaction = false;
  StartInevitable = false;
  Blocks = 0;
  Culprit.Pending = false;
  Culprit.NeedsReader = false;
  Reads = {};
  Locks = {};
  Undo = {};
  Allocations = {};
  Slot.store(Idle, std::memory_order_relaxed);
}

void Tx::afterCommitSlow() {
  // Freed blocks wait in any case: an older attempt may be about to read them.
  bool MustWait =
      options().Quiesce == QuiesceMode::Always || Allocations.hasFrees();
  if (CommitTime && MustWait && needsBeginFence() &&
      waitForQuiescence(*this, CommitTime)) {
    tellTsanOfBegin(); // What the rolled back ones undid is behind us.
    Facts.Counts.QuiescenceWaits.bump();
  }
  if (Allocations.hasFrees())
    Allocations.releaseFreed();
}

} // namespace stm::rt
