//===- tx/leave.cpp - cancel, retry, and what follows an attempt ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "report/frames.h"
#include "report/own_code.h"
#include "report/ticks.h"
#include "tx/asan.h"
#include "tx/attempt.h"
#include "tx/registry.h"
#include "tx/scope.h"
#include "tx/signal_handler.h"
#include "tx/tsan.h"
#include "tx/waiters.h"

#include <algorithm>
#include <ctime>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stm::rt {

namespace {

/// What the program's own code between two attempts (hooks, deallocators,
/// signals' handlers) must not change, which may run transactions on this
/// thread.
class Interlude {
public:
  explicit Interlude(Tx &Self)
      : Self(Self), Attempts(Self.Attempts), ReadFailures(Self.ReadFailures),
        Kind(Self.Kind), WroteAfterAll(Self.WroteAfterAll),
        StartInevitable(Self.StartInevitable), StartAlone(Self.StartAlone),
        Forgiven(Self.Forgiven), Reason(Self.InevitableReason),
        Pc(Self.InevitablePc), Site(Self.Site), LastAbort(Self.LastAbort),
        Place(Self.Turn) {
    Self.Turn = {};
    Self.StartInevitable = Self.StartAlone = false;
    Self.awaitQuiescence(); // Plain code follows.
  }
  ~Interlude() {
    Self.Attempts = Attempts;
    Self.ReadFailures = ReadFailures;
    Self.Kind = Kind;
    Self.WroteAfterAll = WroteAfterAll;
    Self.StartInevitable = StartInevitable;
    Self.StartAlone = StartAlone;
    Self.Forgiven = Forgiven;
    Self.InevitableReason = Reason;
    Self.InevitablePc = Pc;
    Self.Site = Site;
    Self.LastAbort = LastAbort;
    Self.Turn = Place;
    Self.IsUnusual = true;
  }
  Interlude(const Interlude &) = delete;
  Interlude &operator=(const Interlude &) = delete;

private:
  Tx &Self;
  uint32_t Attempts, ReadFailures;
  TxKind Kind;
  bool WroteAfterAll, StartInevitable, StartAlone;
  uint32_t Forgiven;
  const char *Reason;
  uintptr_t Pc;
  const stm_site *Site;
  stm_abort_info LastAbort;
  Turn Place;
};

constinit std::atomic<ConflictHandler> TheConflictHandler{nullptr};
constinit std::atomic<void *> ConflictHandlerArg{nullptr};

stm_abort_kind kindOf(Ending How) {
  switch (How) {
  case Ending::Cancelled:
    return STM_ABORT_CANCELLED;
  case Ending::Retry:
    return STM_ABORT_RETRY;
  case Ending::LockTaken:
    return STM_ABORT_LOCK;
  case Ending::Settle:
    return STM_ABORT_PRIVATE;
  case Ending::GaveWay:
    return STM_ABORT_INEVITABLE;
  case Ending::Conflict:
  case Ending::Restart:
    break;
  }
  return STM_ABORT_NESTING;
}

/// Longer each \p Time, up to a millisecond.
void waitForOtherThreads(uint32_t Time) {
  if (Time < 4) {
    sched_yield();
    return;
  }
  timespec Nap = {0, 15625L << std::min(Time - 4, uint32_t{6})};
  // Not a point where pthread_cancel ends the thread.
  syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &Nap, nullptr);
}

} // namespace

void Tx::leave(Ending How, uintptr_t Pc) {
  leaveAllScopes();
  Checkpoint Back = Resume;
  if (How == Ending::Retry)
    Retrying.prepare(*this);
  uint32_t Failures = ReadFailures;
  rollBack();
  STM_TEST_POINT(RolledBack);
  ReadFailures = Failures;
  StartInevitable = StartAlone =
      false; // If it was alone, it need not be again.
  settlePendingConflict(arch::ticks());
  if (How == Ending::Cancelled)
    noteLeaving(ConflictKind::Cancelled, Pc);
  if (How == Ending::Retry)
    noteLeaving(ConflictKind::Retry, Pc);
  ++Attempts;
  ++Forgiven;
  LastAbort = {};
  LastAbort.kind = kindOf(How);
  LastAbort.attempts = Attempts;
  LastAbort.block = siteOrNone();
  LastAbort.victim_pc = reinterpret_cast<const void *>(programPc(Pc));
  IsUnusual = true;
  HowItEnded = How;
  tellAsanOfLeaving();
  Resume = Back;
  resumeCheckpoint(Resume, 1);
}

void Tx::runAsOrdinary(uintptr_t Pc) {
  Kind = TxKind::Update;
  WroteAfterAll = true;
  leave(Ending::Restart, Pc);
}

void Tx::settleBeforeTelling(uintptr_t Pc) {
  // Alone, or with guards, it has waited.
  if (isDirect() || IsBeside || Alone || HasTransactionsOnly ||
      STM_MUTATION(ToldUnsettled))
    return;
  // It can't wait here, but look.
  if (!needsBeginFence() || !isSlotBelow(PendingQuiescence)) {
    if (Late.empty())
      PendingQuiescence = 0;
    tellTsanOfBegin();
    return;
  }
  // Each block of a loop would run its beginning twice.
  constexpr uint32_t Blocks = 64;
  CommitsThatWait = Blocks;
  leave(Ending::Settle, Pc);
}

void Tx::checkCancels(const char *Function) const {
  if (!InTransaction)
    reportUsageErrorOutsideTransaction(Function);
  if (!isRevocable())
    reportUsageErrorInevitable(Function, Site, InevitableReason, InevitablePc);
}

void Tx::cancelOutermost(uintptr_t Pc) {
  checkCancels("stm_cancel_outer");
  Facts.Counts.Cancels.bump();
  leave(Ending::Cancelled, Pc);
}

void Tx::cancel(uintptr_t Pc) {
  checkCancels("stm_cancel");
  if (FlatDepth && isLogged()) {
    closeNesting();
    leave(Ending::Restart, Pc);
  }
  if (FlatDepth)
    runAsOrdinary(Pc);
  Facts.Counts.Cancels.bump();
  if (Innermost)
    leaveScope(*Innermost, Outcome::Cancelled);
  leave(Ending::Cancelled, Pc);
}

void Tx::retry(uintptr_t Pc) {
  if (!InTransaction)
    reportUsageErrorOutsideTransaction("stm_retry");
  if (!isRevocable())
    leaveToWait(/*HasNotWritten=*/false, Pc);
  // Nothing is known of what it has read.
  if (Mode == ReadMode::Unlogged)
    runAsOrdinary(Pc);
  for (Scope *S = Innermost; S; S = S->Outer)
    if (S->CatchesRetry)
      leaveScope(*S, Outcome::Retried);
  if (Reads.empty() && Locks.empty())
    reportUsageErrorNothingRead(Site);
  Facts.Counts.Retries.bump();
  leave(Ending::Retry, Pc);
}

void Tx::sleepUntilChange(RetryWait &Wait) {
  uint64_t Began = arch::ticks();
  {
    Interlude Kept(*this); // It may be long: signals' handlers have blocks.
    // The program's own executor is told, so that others do the work meanwhile.
    SleepCall *Call = OnSleep.load(std::memory_order_acquire);
    if (Call)
      Call(1);
    {
      WaitingFrames Known;
      Wait.sleep(*this);
    }
    if (Call)
      Call(0);
  }
  recordWait(Facts, siteOrNone(), Began, arch::ticks());
}

void Tx::tellConflictHandler() {
  ConflictHandler Call = TheConflictHandler.load(std::memory_order_acquire);
  if (STM_LIKELY(!Call))
    return;
  stm_abort_info Info = lastAbort();
  Interlude Kept(*this);
  Call(&Info, ConflictHandlerArg.load(std::memory_order_relaxed));
}

stm_abort_info Tx::lastAbort() const {
  stm_abort_info Info = LastAbort;
  Info.lost_ns = static_cast<uint64_t>(
      static_cast<double>(Culprit.Pending ? Culprit.Fact.LostTicks
                                          : LostByLastAbort) *
      nanosecondsPerTick());
  findWriter(visitAllFacts, reinterpret_cast<uintptr_t>(Info.culprit_pc),
             Info.culprit_block);
  return Info;
}

void setConflictHandler(ConflictHandler Call, void *Arg) {
  TheConflictHandler.store(nullptr, std::memory_order_relaxed);
  ConflictHandlerArg.store(Arg, std::memory_order_relaxed);
  // Release: pairs with the acquire in tellConflictHandler, for the argument.
  TheConflictHandler.store(Call, std::memory_order_release);
}

void Tx::waitForLock(uintptr_t Pc) {
  Facts.Counts.LockWaits.bump();
  leave(Ending::LockTaken, Pc);
}

bool Tx::goesOn() {
  Ending How = HowItEnded;
  HowItEnded = Ending::Conflict;
  RetryWait Wait;
  if (How == Ending::Retry)
    Wait.swap(Retrying);
  // What it has read still counts, as if it had committed: that something is
  // its own by now, perhaps.
  // (Before its turn in an order it only begins anew.)
  if (How == Ending::Cancelled && Snapshot != 0 &&
      (!Turn || Turn.isCertain()) && options().Quiesce != QuiesceMode::Never) {
    PendingQuiescence = Snapshot;
    if (Turn) // Those behind have older snapshots.
      Turn.askOthersToGiveWay();
    inWait(*this, [this] { awaitQuiescence(); });
  }
  if (Hooks.hasDue()) {
    Interlude Kept(*this);
    Hooks.runDue();
  }
  if (STM_UNLIKELY(Turn) && !goesOnInTurn(How)) {
    Turn = {};
    if (How == Ending::Retry)
      Wait.giveBackRoom(*this);
    return false;
  }
  switch (How) {
  case Ending::Conflict:
    tellConflictHandler();
    inWait(*this, [this] { backOff(); });
    return true;
  case Ending::GaveWay:
  case Ending::Restart:
    return true;
  case Ending::Settle:
    STM_DCHECK(!Turn); // Who has a place in an order has left no wait.
    inWait(*this, [this] { awaitQuiescence(); });
    return true;
  case Ending::Cancelled:
    Turn = {};
    return false;
  case Ending::Retry:
    inWait(*this, [this] { awaitQuiescence(); }); // The executor is told.
    sleepUntilChange(Wait);
    return true;
  case Ending::LockTaken: {
    uint64_t Began = arch::ticks();
    inWait(*this, [this] { waitForOtherThreads(Forgiven); });
    recordWait(Facts, siteOrNone(), Began, arch::ticks());
    return true;
  }
  }
  __builtin_unreachable();
}

} // namespace stm::rt
