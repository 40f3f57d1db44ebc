//===- tx/run.cpp - running a body as a transaction -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/run.h"

#include "tx/attempt.h"

namespace stm::rt {

namespace {

/// One attempt that has begun. False: rolled back.
STM_FAST_PATH bool runAttempt(Tx &Self, Body Function, void *Arg) {
  bool Committed;
  try {
    Committed = enterCheckpoint(Self.Resume, Function, Arg) == 0 &&
                Self.tryCommitFast();
  } catch (...) {
    // An exception, or the end of the thread, leaves the block: that commits.
    if (Self.tryCommitInHandler()) {
      Self.afterCommit();
      throw;
    }
    Committed = false;
  }
  if (STM_LIKELY(Committed))
    Self.afterCommit();
  return Committed;
}

/// What is run. In memory, not in registers that a transaction would have to
/// save for its caller, beside the checkpoint that saves them all: an attempt
/// that isn't rolled back never looks at it again.
struct Block {
  Body Original, Clone;
  void *Arg;
  TxKind Kind;
};

/// All attempts after the first one, or all if that one is unusual.
STM_SLOW_PATH void runAttempts(Tx &Self, const Block &B) {
  Self.Kind = B.Kind;
  Self.ReadFailures = 0;
  Self.WroteAfterAll = false;
  for (;;) {
    STM_TEST_POINT(BeforeBegin);
    Self.begin();
    if (runAttempt(Self, Self.isDirect() ? B.Original : B.Clone, B.Arg))
      return;
    Self.backOff();
  }
}

STM_SLOW_PATH void runAgain(Tx &Self, const Block &B) {
  Self.backOff();
  runAttempts(Self, B);
}

template <TxKind Kind>
STM_SLOW_PATH void runUnusual(Body Original, Body Clone, void *Arg,
                              const stm_site *Site) {
  uintptr_t Pc = STM_CALLER_PC;
  Tx &Self = currentTx();
  if (Self.InTransaction) {
    // Flat nesting: part of the transaction around it.
    if (!Clone)
      Self.becomeInevitable(kUninstrumentedReason, Pc);
    return Self.isDirect() ? Original(Arg) : Clone(Arg);
  }
  Self.Attempts = 0;
  if (!Clone) {
    Self.StartInevitable = true;
    Self.StartAs = Company::Alone;
    Self.InevitableReason = kUninstrumentedReason;
    Self.InevitablePc = Pc;
  }
  Self.Site = Site;
  runAttempts(Self, {Original, Clone, Arg, Kind});
}

template <TxKind Kind>
STM_FAST_PATH void run(Body Original, Body Clone, void *Arg,
                       const stm_site *Site) {
  Tx &Self = *CurrentTx;
  // Not direct: inside another one. Inside an inevitable one it is unusual.
  if (STM_UNLIKELY(!Self.isDirect() || Self.IsUnusual || !Clone ||
                   !Self.tryBeginFast(/*EvenIfExclusive=*/false)))
    return runUnusual<Kind>(Original, Clone, Arg, Site);
  if (Kind == TxKind::ReadOnly)
    Self.startUnlogged();
  Self.Site = Site;
  const Block B = {Original, Clone, Arg, Kind};
  if (STM_UNLIKELY(!runAttempt(Self, Clone, Arg)))
    runAgain(Self, B);
}

} // namespace

void runTransaction(Body Original, Body Clone, void *Arg,
                    const stm_site *Site) {
  run<TxKind::Update>(Original, Clone, Arg, Site);
}

void runReadOnly(Body Original, Body Clone, void *Arg, const stm_site *Site) {
  run<TxKind::ReadOnly>(Original, Clone, Arg, Site);
}

void runSnapshot(Body Original, Body Clone, void *Arg, const stm_site *Site) {
  runUnusual<TxKind::Snapshot>(Original, Clone, Arg, Site);
}

} // namespace stm::rt
