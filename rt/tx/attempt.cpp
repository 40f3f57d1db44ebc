//===- tx/attempt.cpp - begin, extend, commit, roll back --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/attempt.h"

#include "base/check.h"
#include "base/options.h"
#include "base/test_point.h"
#include "base/wait.h"
#include "gc/collector.h"
#include "gc/deferred_frees.h"
#include "tx/cxa.h"
#include "tx/signal_handler.h"
#include "tx/tsan.h"
#include "version/read_guards.h"

namespace stm::rt {

namespace {

/// Rollbacks of a transaction that had written nothing, before it reads as of a
/// snapshot: proven to be read-only, or not. The latter may have been in vain,
/// so it is tried late, and once.
constexpr uint32_t SnapshotAfter = 4;
constexpr uint32_t TrackedAfter = 8;

/// How often a committing attempt lets readers push it before they have to
/// wait.
constexpr unsigned MostPushes = 4;

SnapshotMode chooseSnapshot(const Tx &Self) {
  if (Self.Turn) // It has to be current when its turn comes.
    return SnapshotMode::None;
  if (Self.Kind == TxKind::Snapshot)
    return SnapshotMode::Declared;
  if (Self.Kind == TxKind::ReadOnly)
    return Self.ReadFailures < SnapshotAfter ? SnapshotMode::None
                                             : SnapshotMode::Undeclared;
  return Self.ReadFailures < TrackedAfter || Self.WroteAfterAll
             ? SnapshotMode::None
             : SnapshotMode::Tracked;
}

} // namespace

void Tx::begin() {
  if (STM_UNLIKELY(Slot.load(std::memory_order_relaxed) != Idle ||
                   !Reads.isFull())) {
    // In a signal's handler, in the middle of another begin, which finds out.
    // (10) Somebody may wait for that one before this one's turn comes.
    Slot.store(Idle, std::memory_order_release);
    closeReads();
  }
  STM_DCHECK(Locks.empty() && Undo.empty());
  if (STM_UNLIKELY(Turn))
    Turn.begin();
  if (STM_UNLIKELY(StartInevitable)) {
    startInevitably();
    IsSample = Facts.isSampleDueNow();
    BeganAt = arch::ticks();
    return;
  }
  SnapshotMode How = chooseSnapshot(*this);
  if (How != SnapshotMode::None) {
    beginSnapshot(How);
  } else {
    // Who holds the token itself is in a fork, between the handlers.
    ReadMode Reading = Kind == TxKind::ReadOnly && Attempts == 0 && !Turn
                           ? ReadMode::Unlogged
                           : ReadMode::Logged;
    while (!tryBeginFast(/*EvenIfExclusive=*/holdsToken(*this), Reading))
      waitForExclusiveEnd();
    if (Culprit.NeedsReader)
      setReadBound(0);
    tellTsanOfBegin();
  }
  BeganAt = 0;
  IsSample = Facts.isSampleDueNow();
  if (TimedAttempts || IsSample) {
    TimedAttempts -= TimedAttempts != 0;
    BeganAt = arch::ticks();
  }
  // A snapshot's end is not for the fast path.
  IsUnusual = BeganAt || Culprit.Pending || Attempts ||
              How != SnapshotMode::None || Turn || runsUnderTsan();
}

bool Tx::readsAreCurrent(Orec *&Stale) {
  Facts.Counts.Validations.bump();
  Facts.Counts.ValidatedReads.bump(Reads.size());
  for (uint32_t Index : Reads) {
    STM_TEST_POINT(ValidateBeforeWord);
    OrecWord Word = OrecTable[Index].load();
    // Locked by others is above every timestamp. Own locks were taken from
    // words up to the snapshot, and nobody has changed the stripe since.
    Waiter Wait;
    while (STM_UNLIKELY(Word.raw() > Snapshot && !ownsWord(Word))) {
      // (Of who runs alone nobody else has one for long.)
      if (Word != OrecWord::collectors() && !(Word.isLocked() && runsAlone())) {
        Stale = &OrecTable[Index];
        return false;
      }
      Wait.pause(); // It will be what it was.
      Word = OrecTable[Index].load();
    }
  }
  return true;
}

bool Tx::extendSnapshot(Orec *&Stale) {
  Timestamp Newer = Clock.now();
  STM_TEST_POINT(ExtendAfterClock);
  if (!readsAreCurrent(Stale) && !STM_MUTATION(ExtendUnvalidated))
    return false;
  tellTsanOfBegin();
  Snapshot = Newer;
  if (readBound())
    setReadBound(boundOf(Newer));
  // (10) release: whoever stops waiting for this attempt because of the new
  // value has its earlier loads behind it.
  Slot.store(Newer, std::memory_order_release);
  Facts.Counts.Extensions.bump();
  return true;
}

void Tx::endBeginSlow(uintptr_t Pc) {
  // A lock was as good.
  if (Locks.empty() && !STM_MUTATION(NeverFenced)) {
    arch::fullFence();
    // (12) acquire, as in begin.
    if (ExclusiveFlag.load(std::memory_order_acquire) &&
        !STM_MUTATION(MissedByAlone))
      giveWayToAlone(Pc);
  }
  Mode = ReadMode::Logged;
  setReadBound(boundOf(Snapshot));
}

void Tx::announceUnchecked(uintptr_t Pc) {
  // What it has read doesn't change.
  if (isDirect() || IsBeside || Alone)
    return;
  if (UncheckedSince.load(std::memory_order_relaxed) >= SoonUnchecked) {
    UncheckedSince.store(SoonUnchecked, std::memory_order_relaxed);
    // (40) full: who hasn't seen it, and stamps, has committed before.
    arch::fullFence();
    UncheckedSince.store(Clock.now(), std::memory_order_relaxed);
    STM_TEST_POINT(UncheckedAnnounced);
  }
  // Beside a snapshot nobody has stamped. (Afterwards it may go on as an
  // update, and be rolled back: what it has accessed counts until then.)
  if (Snap != SnapshotMode::None)
    return;
  if (Mode == ReadMode::Unlogged)
    runAsOrdinary(Pc); // It has noted nothing that could be looked at.
  Orec *Stale = nullptr;
  if (!extendSnapshot(Stale) && !STM_MUTATION(UncheckedUnvalidated))
    conflict(ConflictKind::Validation, nullptr, Stale, Pc);
}

bool Tx::isMissed() const {
  return Mode == ReadMode::Unfenced && Locks.size() == 1 &&
         Guards.areForAll() && !STM_MUTATION(MissedByAlone);
}

void Tx::giveWayToAlone(uintptr_t Pc) { leave(Ending::GaveWay, Pc); }

bool Tx::runsAlone() const { return Guards.areForAll() && holdsToken(*this); }

void Tx::answer() {
  if (STM_INJECTS_AT_READS || Culprit.NeedsReader)
    return;
  // What it has read may be out of date: still right as of its snapshot, and
  // perhaps all that it reads. Who asked goes on waiting.
  Orec *Stale = nullptr;
  if (Mode == ReadMode::Logged && Snap == SnapshotMode::None)
    extendSnapshot(Stale);
  setReadBound(boundOf(Snapshot));
}

bool Tx::validateOrRollBack(Timestamp Time) {
  Orec *Stale = nullptr;
  if ((readsAreCurrent(Stale) && !isDueToFail()) ||
      STM_MUTATION(CommitUnvalidated)) {
    Snapshot = Time;
    return true;
  }
  WriterNote Writer = Stale ? Stale->writer() : WriterNote(0);
  rollBack();
  noteRollback(ConflictKind::Validation, {nullptr, 0}, Stale, Writer, 0);
  return false;
}

bool Tx::tryCommitBesideOthers(Timestamp Time, uint64_t WhoReads) {
  if (Time == Snapshot + 1 && !STM_INJECTS(Abort))
    Snapshot = Time;
  else if (!validateOrRollBack(Time))
    return false;
  if (WhoReads != 0) {
    publishOnce(Time, WhoReads);
    finishWriting(Time);
  } else {
    releaseLocks(Time);
    Undo.clear();
  }
  Facts.Counts.Updates.bump();
  return true;
}

bool Tx::publishOnce(Timestamp Time, uint64_t WhoReads) {
  if (WhoReads & VersioningWord::WorkIsLeft)
    HasWork = MustCollect = true;
  if (WhoReads & VersioningWord::HasWaiters)
    MustWake = true;
  if (Versioned)
    return Undo.status().publish(Time);
  if (WhoReads >= VersioningWord::OneSnapshot) {
    Undo.status().setTime(Time);
    STM_TEST_POINT(HandOverBeforeLink);
    linkAll();
  }
  return true;
}

void Tx::linkAll() {
  if (STM_MUTATION(NoLinkOnHandOver))
    return;
  Undo.linkAll();
  Versioned = true;
}

bool Tx::tryCommitVersioned() {
  STM_TEST_POINT(CommitBeforeCommitting);
  // Before the clock is advanced: a reader whose snapshot is no older than the
  // time won't find the attempt in flight.
  Undo.status().startCommitting(Clock.now());
  for (unsigned Pushes = 0;;) {
    STM_TEST_POINT(CommitBeforeClock);
    Timestamp Time = Clock.advance();
    STM_TEST_POINT(CommitAfterClock);
    arch::fenceAfterRmw();
    uint64_t WhoReads = Versioning.load();
    bool IsFirst = Pushes == 0;
    if (!(IsFirst && Time == Snapshot + 1 && !STM_INJECTS(Abort)) &&
        !(STM_MUTATION(NoValidationAfterPush) && !IsFirst) &&
        !validateOrRollBack(Time))
      return false;
    STM_TEST_POINT(CommitBeforePublish);
    // Fails where a reader has seen the attempt committing: it has read without
    // it.
    if (publishOnce(Time, WhoReads)) {
      Snapshot = Time;
      break;
    }
    if (++Pushes == MostPushes)
      Undo.status().forbidPushes();
  }
  finishWriting(Snapshot);
  Facts.Counts.Updates.bump();
  return true;
}

Timestamp Tx::publishUnvalidated() {
  if (Versioned)
    Undo.status().startCommitting(Clock.now());
  for (unsigned Pushes = 0;;) {
    Timestamp Time = Clock.advance();
    arch::fenceAfterRmw();
    if (publishOnce(Time, Versioning.load()))
      return Time;
    if (++Pushes == MostPushes)
      Undo.status().forbidPushes();
  }
}

void Tx::finishWriting(Timestamp Time) {
  STM_TEST_POINT(BeforeRelease);
  uint32_t *Begin = Locks.begin(), *End = Locks.end();
  releaseLocks(Time);
  STM_TEST_POINT(AfterRelease);
  if (STM_UNLIKELY(MustWake)) {
    MustWake = false;
    wakeWaiters(Begin, End); // The log's room stays.
  }
  if (!Versioned)
    return Undo.clear();
  Versioned = false;
  Facts.Counts.VersionsCreated.bump(Undo.retain(Time));
  if (Undo.Retired.isCollectionDue())
    HasWork = MustCollect = true;
}

void Tx::commitSnapshot() {
  STM_DCHECK(Locks.empty());
  Facts.Counts.ReadOnly.bump();
  Facts.Counts.Snapshots.bump();
  endSnapshot();
  Undo.clear();
  Captured.clear();
  HasWork = true;
  EndedSnapshot = Snapshot;
}

bool Tx::tryCommitAny() {
  if (STM_UNLIKELY(isDirect())) {
    leaveInevitable();
    Snapshot = 0;
    Facts.Counts.Updates.bump();
  } else if (IsBeside) {
    commitBeside();
    leaveInevitable();
  } else if (Snap != SnapshotMode::None) {
    commitSnapshot();
  } else {
    return tryCommitAccesses();
  }
  return true;
}

bool Tx::tryCommitWithOutput() {
  Output.lockOrder();
  // What has only been read must be so now: the order is that of commits.
  bool OnlyRead = isLogged() && Locks.empty() && !IsBeside;
  if ((OnlyRead && !validateOrRollBack(Clock.now())) || !tryCommitAny())
    return false;
  Output.takeTicketAndUnlock();
  return true;
}

bool Tx::tryCommit(bool LeavesByThrow) {
  Foreign.drop(0); // Their frames are gone.
  tellTsanOfCommit();
  if (STM_UNLIKELY(Turn) && isRevocable()) {
    if (!awaitTurn())
      return false;
    // What has only been read must be so now.
    if (Locks.empty() && !Turn.isCertain() && !validateOrRollBack(Clock.now()))
      return false;
  }
  if (STM_MUTATION(UnlockedBeforeCommit))
    Locked.release([](const void *) { return false; });
  if (STM_UNLIKELY(!Locked.empty()) && !becomeInevitableToUnlock())
    return false;
  ExecutionFact Fact;
  WritersOfSample Writers;
  if (IsSample || Attempts)
    lookAtSets(Fact, Writers);
  if (!(STM_LIKELY(Output.empty()) ? tryCommitAny() : tryCommitWithOutput()))
    return false;
  if (STM_UNLIKELY(Alone)) {
    Alone = false;
    leaveInevitable();
  }
  finishCommit(/*LeaveUnusual=*/[] { return true; });
  if (STM_UNLIKELY(Turn)) {
    if (LeavesByThrow) // Quiescence comes before what becomes of the turn.
      Turn.askOthersToGiveWay();
    else
      Turn.pass();
    Turn = {}; // Hooks run transactions.
  }
  if (!Culprit.Pending && !IsSample && !Attempts)
    return true;
  uint64_t Now = arch::ticks();
  settlePendingConflict(Now);
  if (IsSample || Attempts) {
    Fact.Ended = Now;
    recordExecution(Facts, Fact);
    for (unsigned I = 0; I != Writers.Count; ++I)
      recordWriter(Facts, Writers.Pcs[I], Fact.Block);
  }
  return true;
}

bool Tx::tryCommitInHandler() {
  // What is caught now is the exception that leaves; the handlers of the body
  // have ended. Should the attempt be rolled back, then to just this state.
  EhAtBegin = *Eh;
  CxaException *Leaving = CxaException::caught(Eh->Caught);
  CxaException *Sharing = CxaException::caughtDependent(Eh->Caught);
  bool IsMine =
      Leaving && !isDirect() && Allocations.hasAllocated(Leaving->object());
  if (IsMine)
    Allocations.forgetAllocation(Leaving->object());
  if (Sharing && !isDirect())
    Allocations.forgetAllocation(Sharing);
  if (tryCommit(/*LeavesByThrow=*/true))
    return true;
  if (IsMine) // Nor have those been that share it.
    CxaException::references(Leaving->object()) = 1;
  if (Leaving)
    Leaving->Destructor = nullptr;
  if (Sharing)
    Sharing->Type = nullptr;
  return false;
}

void Tx::undoLog() {
  Undo.undo({}, [Dead = deadFrames()](uintptr_t Address) {
    return Dead.contains(Address);
  });
}

void Tx::rollBack() {
  STM_DCHECK(!Innermost && !IsBeside);
  Output.unlockOrderIfHeld();
  FlatDepth = 0;
  if (STM_MUTATION(UnlockedBeforeUndo))
    Locked.release([](const void *) { return false; });
  if (!Locks.empty()) {
    Timestamp Early = STM_MUTATION(ClockBeforeUndo) ? publishUnvalidated() : 0;
    if (STM_MUTATION(RollbackKeepsTime) && !Versioned)
      Early = Snapshot;
    STM_TEST_POINT(AbortBeforeUndo);
    if (!STM_MUTATION(NotUndone))
      undoLog();
    STM_TEST_POINT(AbortBeforeClock);
    // After the undo: a reader that began since sees restored values only. An
    // abort is a commit of the identity: its records stay, as a commit's do.
    Timestamp Time = Early ? Early : publishUnvalidated();
    MustWake = false; // Nothing has changed.
    Retrying.rolledBack(Time);
    finishWriting(Time);
  } else {
    if (!WaitsForInevitable)
      ++ReadFailures;
    Versioned = false;
    if (Snap == SnapshotMode::Declared)
      undoLog(); // Its callers' frames.
    Undo.clear();
  }
  if (Snap != SnapshotMode::None) {
    if (Snap != SnapshotMode::Tracked)
      Facts.Counts.SnapshotAborts.bump();
    endSnapshot();
  }
  Captured.clear();
  tellTsanOfCommit();
  if (STM_UNLIKELY(!Locked.empty()))
    Locked.release(
        [this](const void *Lock) { return Allocations.contains(Lock); });
  Slot.store(Idle, std::memory_order_release); // (10)
  *Eh = EhAtBegin;
  becomeDirect(); // The read set's room stays: the next attempt needs as much.
  InTransaction = false;
  if (STM_UNLIKELY(Alone)) {
    Alone = false;
    dropExclusivity(*this);
  }
  Allocations.keepBelow({});
  Hooks.rolledBack();
  Output.clear();
  // Deallocators may be the program's.
  if (!Allocations.since({}).empty() || !Foreign.empty())
    inWait(*this, [this] { awaitQuiescence(); });
  // The program's deallocators may run transactions on this thread: what is to
  // be known of this one must outlive them.
  uint32_t AttemptsSoFar = Attempts;
  uint32_t FailuresSoFar = ReadFailures;
  TxKind WhatKind = Kind;
  bool Inevitable = StartInevitable;
  Company InevitableWith = StartAs;
  bool AloneAgain = StartAlone;
  const char *Reason = InevitableReason;
  uintptr_t Pc = InevitablePc;
  const stm_site *Block = Site;
  class Turn Place = Turn;
  Turn = {};
  RetryWait Waiting;
  Waiting.swap(Retrying);
  StartInevitable = StartAlone = false;
  LogVector<AllocatedBlock> Mine = Allocations.startRollBack();
  Foreign.destroy(0);
  Allocations.finishRollBack(Mine, [](const AllocatedBlock &Block) {
    // A snapshot may find the block's versions on its chains while it runs: it
    // is nobody's memory until that has ended.
    if (STM_UNLIKELY(Versioning.hasSnapshots()))
      deferFree(Block, Clock.now());
    else
      Block.release();
  });
  HasCounts = false;
  Counts.settle(/*Committed=*/false);
  Attempts = AttemptsSoFar;
  ReadFailures = FailuresSoFar;
  Kind = WhatKind;
  StartInevitable = Inevitable;
  StartAs = InevitableWith;
  StartAlone = AloneAgain;
  InevitableReason = Reason;
  InevitablePc = Pc;
  Site = Block;
  Turn = Place;
  Retrying.swap(Waiting);
}

void Tx::abandonInChild() {
  becomeDirect();
  InTransaction = false;
  Waits = false;
  StartInevitable = StartAlone = Alone = false;
  Innermost = nullptr;
  FlatDepth = 0;
  MustWake = false;
  Turn = {};
  HasTransactionsOnly = false;
  PendingQuiescence = 0;
  Late.abandon();
  Locked.forget();
  WaitsToRun.store(false, std::memory_order_relaxed);
  Hooks.abandon();
  Foreign.abandon();
  Output.abandon();
  Retrying = {};
  Blocks = 0;
  Plain = {};
  Culprit.Pending = false;
  Culprit.NeedsReader = false;
  Reads = {};
  RepeatedReads = {};
  Locks = {};
  Undo.abandon();
  Allocations = {};
  Counts = {};
  Snap = SnapshotMode::None;
  Past.forget();
  Versioned = false;
  HasWork = MustCollect = false;
  HasCounts = false;
  IsLone.store(false, std::memory_order_relaxed);
  InLoneStep.store(false, std::memory_order_relaxed);
  InPlainBlock.store(false, std::memory_order_relaxed);
  Slot.store(Idle, std::memory_order_relaxed);
}

void Tx::waitForOlder(Timestamp Time) {
  if (uint64_t Ticks = waitForQuiescence(*this, Time, Older::MayStay)) {
    uint64_t Now = arch::ticks();
    Facts.Counts.QuiescenceWaits.bump();
    recordWait(Facts, siteOrNone(), Now - Ticks, Now);
  }
  tellTsanOfBegin(); // What the rolled back ones undid is behind us.
}

void Tx::awaitQuiescenceSlow() {
  // Until it is over, that stands for a signal's handler, too.
  if (needsBeginFence() && (!Late.empty() || !HasTransactionsOnly) &&
      !STM_MUTATION(QuiescenceForgotten))
    waitForOlder(PendingQuiescence);
  Late.release();
  PendingQuiescence = 0;
}

bool Tx::freeLate() {
  // Without others, blocks are better given back at once; beside snapshots they
  // wait for these (afterCommitSlow).
  if (!needsBeginFence() || Versioning.hasSnapshots())
    return false;
  PendingQuiescence = Snapshot; // Before anything is kept for it.
  return Late.take(Allocations);
}

void Tx::afterCommitSlow() {
  // Freed blocks wait in any case: an older attempt may be about to read them.
  // So do hooks, which may be about what has been unlinked.
  bool MustWait =
      (options().Quiesce != QuiesceMode::Never && !HasTransactionsOnly) ||
      Allocations.hasFrees() || HasCounts || (HasTransactionsOnly && HasWork);
  if (Snapshot && MustWait) {
    if (needsBeginFence() && !STM_MUTATION(NoQuiescence))
      inWait(*this, [this] { waitForOlder(Snapshot); });
    Late.release();
    PendingQuiescence = 0; // That was no later.
  }
  // Who reads it may use what this block has made its own. But before anything
  // of the program's runs.
  if (!Output.empty())
    Output.write();
  if (Allocations.hasFrees()) {
    // A snapshot that is older than this commit may still read the blocks. Its
    // count was up before the commit's timestamp was taken (version/README.md,
    // hand-over).
    if (Snapshot && Versioning.hasSnapshots())
      Allocations.takeFreed(
          [&](const AllocatedBlock &Block) { deferFree(Block, Snapshot); });
    else
      Allocations.releaseFreed();
  }
  if (HasCounts) {
    HasCounts = false;
    // Destructors run transactions; the program asks about its own.
    const stm_site *Block = Site;
    uint32_t AttemptsSoFar = Attempts;
    stm_abort_info Last = LastAbort;
    Counts.settle(/*Committed=*/true);
    Site = Block;
    Attempts = AttemptsSoFar;
    LastAbort = Last;
    IsUnusual |= AttemptsSoFar != 0;
  }
  if (HasWork) {
    HasWork = false;
    Timestamp Ended = EndedSnapshot;
    EndedSnapshot = Idle;
    bool Collects = MustCollect;
    MustCollect = false;
    uint64_t Began = arch::ticks();
    if (Ended != Idle)
      collectAfterSnapshot(Ended);
    else if (Collects)
      collectSlice();
    if (Ended != Idle || Collects)
      recordCollection(Facts, siteOrNone(), arch::ticks() - Began);
    Hooks.runCommitted(); // Last: they may run transactions.
  }
}

} // namespace stm::rt
