//===- tx/run.cpp - running a body as a transaction -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/run.h"

#include "tx/attempt.h"
#include "tx/scope.h"
#include "tx/signal_handler.h"
#include "tx/single_thread.h"
#include "tx/uninstrumented.h"

namespace stm::rt {

namespace {

/// One attempt that has begun. False: rolled back.
template <Waiting When>
STM_FAST_PATH bool runAttempt(Tx &Self, Body Function, void *Arg) {
  Tx::End How;
  try {
    How = enterCheckpoint(Self.Resume, Function, Arg) == 0
              ? Self.tryCommitFast()
              : Tx::End::RolledBack;
  } catch (...) {
    // An exception, or the end of the thread, leaves the block: that commits.
    if (Self.tryCommitInHandler()) {
      Self.afterCommit();
      Self.awaitQuiescence(); // What those before it have left, too.
      throw;
    }
    How = Tx::End::RolledBack;
  }
  if (How == Tx::End::HasOnlyRead)
    Self.commitReads<When>();
  else if (STM_LIKELY(How == Tx::End::Committed))
    Self.afterCommit<When>();
  return How != Tx::End::RolledBack;
}

/// What is run. In memory, not in registers that a transaction would have to
/// save for its caller, beside the checkpoint that saves them all: an attempt
/// that isn't rolled back never looks at it again.
struct Block {
  Body Original, Clone;
  void *Arg;
};

/// All attempts after the first one, or all if that one is unusual.
template <Waiting When>
STM_SLOW_PATH Outcome runAttempts(Tx &Self, const Block &B, TxKind Kind) {
  Self.Kind = Kind;
  Self.ReadFailures = 0;
  Self.WroteAfterAll = false;
  for (;;) {
    STM_TEST_POINT(BeforeBegin);
    Self.begin();
    if (runAttempt<When>(Self, Self.isDirect() ? B.Original : B.Clone, B.Arg))
      return Outcome::Done;
    if (!Self.goesOn())
      return Outcome::Cancelled;
  }
}

template <TxKind Kind, Waiting When>
STM_SLOW_PATH Outcome runAgain(Tx &Self, const Block &B) {
  return Self.goesOn() ? runAttempts<When>(Self, B, Kind) : Outcome::Cancelled;
}

template <TxKind Kind, Waiting When = Waiting::AtCommit>
STM_SLOW_PATH Outcome runUnusual(Body Original, Body Clone, void *Arg,
                                 const stm_site *Site) {
  uintptr_t Pc = STM_CALLER_PC;
  Tx &Self = currentTx();
  if (Kind != TxKind::Snapshot && Clone && mayRunPlainly(Self))
    return runPlainly<Kind>(Self, Original, Arg, Site);
  if (STM_UNLIKELY(Self.Waits))
    refuseInWait(Self, Site);
  if (Self.InTransaction) {
    if (!Self.isDirect() || Self.InPlainBlock.load(std::memory_order_relaxed))
      refuseSignalHandler(Self, Site, Pc);
    return runInner(Self, Original, Clone, Arg, Pc);
  }
  Self.Attempts = Self.Forgiven = 0;
  if (!Clone)
    return runUninstrumented(Self, Original, Arg, Site, Pc);
  Self.Site = Site;
  return runAttempts<When>(Self, {Original, Clone, Arg}, Kind);
}

/// When begin's fence is made: at once, or by the first lock or read.
enum class Fence : uint8_t { AtBegin, Late };

template <TxKind Kind, Waiting When = Waiting::AtCommit,
          Fence Where = Fence::AtBegin>
STM_FAST_PATH Outcome run(Body Original, Body Clone, void *Arg,
                          const stm_site *Site) {
  Tx &Self = *CurrentTx;
  if (STM_UNLIKELY(
          !Self.isIdle() || !Clone ||
          !Self.tryBeginFast(/*EvenIfExclusive=*/false,
                             Kind == TxKind::ReadOnly ? ReadMode::Unlogged
                             : Where == Fence::Late   ? ReadMode::Unfenced
                                                      : ReadMode::Logged)))
    return runUnusual<Kind, When>(Original, Clone, Arg, Site);
  Self.Site = Site;
  const Block B = {Original, Clone, Arg};
  if (STM_UNLIKELY(!runAttempt<When>(Self, Clone, Arg)))
    return runAgain<Kind, When>(Self, B);
  return Outcome::Done;
}

} // namespace

Outcome runTransaction(Body Original, Body Clone, void *Arg,
                       const stm_site *Site) {
  return run<TxKind::Update>(Original, Clone, Arg, Site);
}

Outcome runReadOnly(Body Original, Body Clone, void *Arg,
                    const stm_site *Site) {
  return run<TxKind::ReadOnly>(Original, Clone, Arg, Site);
}

Outcome runLazily(Body Original, Body Clone, void *Arg, const stm_site *Site) {
  return run<TxKind::Update, Waiting::Later>(Original, Clone, Arg, Site);
}

Outcome runReadOnlyLazily(Body Original, Body Clone, void *Arg,
                          const stm_site *Site) {
  return run<TxKind::ReadOnly, Waiting::Later>(Original, Clone, Arg, Site);
}

Outcome runWritingFirst(Body Original, Body Clone, void *Arg,
                        const stm_site *Site) {
  return run<TxKind::Update, Waiting::AtCommit, Fence::Late>(Original, Clone,
                                                             Arg, Site);
}

Outcome runWritingFirstLazily(Body Original, Body Clone, void *Arg,
                              const stm_site *Site) {
  return run<TxKind::Update, Waiting::Later, Fence::Late>(Original, Clone, Arg,
                                                          Site);
}

Outcome runSnapshot(Body Original, Body Clone, void *Arg,
                    const stm_site *Site) {
  return runUnusual<TxKind::Snapshot>(Original, Clone, Arg, Site);
}

} // namespace stm::rt
