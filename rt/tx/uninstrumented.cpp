//===- tx/uninstrumented.cpp - a body that has no version -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/uninstrumented.h"

#include "base/check.h"
#include "base/options.h"
#include "report/own_code.h"
#include "report/ticks.h"
#include "tx/attempt.h"
#include "tx/scope.h"

namespace stm::rt {

namespace {

/// Thrown through the body. Who catches it looks at Tx::Plain: the program may
/// have another C++ runtime than this library was linked with.
struct LeavesToWait {};

class InnerBlock {
public:
  explicit InnerBlock(Tx &Self) : Self(Self) { ++Self.Plain.Depth; }
  ~InnerBlock() {
    --Self.Plain.Depth;
    if (!Self.Plain.Leaves)
      Self.Plain.MayHaveWritten = true;
  }
  InnerBlock(const InnerBlock &) = delete;
  InnerBlock &operator=(const InnerBlock &) = delete;

private:
  Tx &Self;
};

} // namespace

void Tx::leaveToWait(bool HasNotWritten, uintptr_t Pc) {
  bool CanLeave = Plain.Runs && Blocks == 0;
  if (!CanLeave || (!options().RetryUnwritten && !HasNotWritten))
    reportUsageErrorRetryWithoutVersion(Site, InevitableReason, InevitablePc,
                                        CanLeave);
  if (Plain.MayHaveWritten || Hooks.mark().Commit != 0 || !Output.empty())
    reportUsageErrorRetryAfterWriting(Site);
  Facts.Counts.Retries.bump();
  noteLeaving(ConflictKind::Retry, Pc);
  LastAbort = {};
  LastAbort.kind = STM_ABORT_RETRY;
  LastAbort.attempts = ++Attempts;
  LastAbort.block = siteOrNone();
  LastAbort.victim_pc = reinterpret_cast<const void *>(programPc(Pc));
  ++Forgiven;
  Plain.Leaves = true;
  throw LeavesToWait();
}

void Tx::waitUninstrumented() {
  // Nobody has run meanwhile: all that it has read is as of now.
  RetryWait Wait;
  Wait.prepareForAny();
  // Who waits for a change need not look.
  if (!KeepsToken)
    dropExclusivity(*this, /*HasChanged=*/false);
  StartInevitable = false;
  Plain = {};
  finishCommit(/*LeaveUnusual=*/[] { return true; });
  settlePendingConflict(arch::ticks());
  sleepUntilChange(Wait);
}

Outcome runUninstrumented(Tx &Self, Body Original, void *Arg,
                          const stm_site *Site, uintptr_t Pc) {
  if (Self.Turn && !Self.Turn.hasCome()) {
    Self.Turn = {};
    return Outcome::Cancelled;
  }
  Self.Site = Site;
  for (;;) {
    Self.StartInevitable = true;
    Self.StartAs = Company::Alone;
    Self.InevitableReason = kUninstrumentedReason;
    Self.InevitablePc = Pc;
    Self.begin();
    Self.Plain = {};
    Self.Plain.Runs = true;
    try {
      enterCheckpoint(Self.Resume, Original, Arg);
      if (Self.Plain.Leaves)
        reportUsageErrorRetryCaught(Site);
    } catch (...) {
      Self.Plain.Runs = false;
      if (!Self.Plain.Leaves) {
        Self.tryCommitInHandler();
        Self.afterCommit();
        throw;
      }
    }
    Self.Plain.Runs = false;
    if (!Self.Plain.Leaves)
      break;
    Self.waitUninstrumented();
  }
  Self.tryCommit();
  Self.afterCommit();
  return Outcome::Done;
}

void runInnerDirectly(Tx &Self, Body Original, void *Arg) {
  InnerBlock Inner(Self);
  Original(Arg);
}

bool runAlternativeDirectly(Tx &Self, Body Original, void *Arg) {
  try {
    runInnerDirectly(Self, Original, Arg);
  } catch (...) {
    if (!Self.Plain.Leaves)
      throw;
    Self.Plain.Leaves = false; // It has written nothing, here neither.
    return true;
  }
  return false;
}

} // namespace stm::rt
