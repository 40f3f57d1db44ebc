//===- tx/single_thread.cpp - blocks of a process with one thread ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/single_thread.h"

#include "base/check.h"
#include "base/options.h"
#include "tx/attempt.h"
#include "tx/scope.h"
#include "tx/tsan.h"

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#else
constexpr char __libc_single_threaded = 0;
#endif

namespace stm::rt {

namespace {

constinit bool IsWanted = false;
/// Relaxed: set by constructors, before the blocks that it is about.
constinit std::atomic<bool> MustHaveBarriers{false};
constexpr const char *kPlainReason =
    "a block without barriers, in a process with one thread "
    "(STM_OPTIONS=single_thread=barriers changes that)";

// What the checked build is for are barriers.
#if STM_TEST_POINTS
constexpr bool IsCheckedBuild = true;
#else
constexpr bool IsCheckedBuild = false;
#endif

} // namespace

void initSingleThread() {
  switch (options().SingleThread) {
  case SingleThreadMode::Auto:
    // Who asks for a report asks about barriers.
    IsWanted = !IsCheckedBuild && !options().wantsReport();
    break;
  case SingleThreadMode::Plain:
    IsWanted = true;
    break;
  case SingleThreadMode::Barriers:
    IsWanted = false;
    break;
  }
}

void alwaysUseBarriers() {
  MustHaveBarriers.store(true, std::memory_order_relaxed);
}

bool mayRunPlainly(const Tx &Self) {
  return __libc_single_threaded && IsWanted &&
         !MustHaveBarriers.load(std::memory_order_relaxed) &&
         !mayTransactionsLeave() &&
         Self.IsLone.load(std::memory_order_relaxed) && !Self.Turn &&
         !Self.StartInevitable && !Self.KeepsToken;
}

void Tx::beginPlain(const stm_site *Where) {
  // From here on a signal handler's block is inside of this one.
  InTransaction = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  InPlainBlock.store(true, std::memory_order_relaxed);
  IsUnusual = true; // So is the next one: it comes here, too.
  Site = Where;
  Resume.Sp = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  InevitableReason = kPlainReason;
  InevitablePc = 0;
  tellTsanOfBegin();
  IsSample = Facts.isSampleDue();
  BeganAt = IsSample ? arch::ticks() : 0;
}

void Tx::endPlain(TxKind WhatKind) {
  tellTsanOfCommit();
  if (STM_UNLIKELY(!Output.empty())) {
    Output.lockOrder();
    Output.takeTicketAndUnlock();
  }
  Snapshot = 0;
  InTransaction = false;
  // (35) release: pairs with the acquire in handOverPlainBlock.
  InPlainBlock.store(false, std::memory_order_release);
  // (36) The other half of this fence is the registering thread's membarrier.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (STM_UNLIKELY(!IsLone.load(std::memory_order_acquire) ||
                   holdsToken(*this))) {
    awaitRegistrations();
    if (holdsToken(*this))
      dropExclusivity(*this);
  }
  if (WhatKind == TxKind::ReadOnly)
    Facts.Counts.ReadOnly.bump();
  else
    Facts.Counts.Updates.bump();
  Facts.Counts.SingleThreaded.bump();
  if (STM_UNLIKELY(InevitablePc))
    Facts.Counts.Inevitable.bump();
  if (STM_UNLIKELY(IsSample)) {
    ExecutionFact Fact = {};
    Fact.Block = Site ? *Site : stm_site{};
    Fact.IsSample = true;
    Fact.Began = BeganAt;
    Fact.Ended = arch::ticks();
    recordExecution(Facts, Fact);
  }
  if (STM_UNLIKELY(HasWork))
    afterCommitSlow();
}

Outcome runPlainly(Tx &Self, Body Original, void *Arg, const stm_site *Site,
                   TxKind Kind) {
  Self.beginPlain(Site);
  try {
    Original(Arg);
  } catch (...) {
    // An exception, or the end of the thread, leaves the block: that commits.
    Self.endPlain(Kind);
    throw;
  }
  Self.endPlain(Kind);
  return Outcome::Done;
}

void handOverPlainBlock(Tx &Other) {
  // (35) acquire: what the block did is visible.
  if (!Other.InPlainBlock.load(std::memory_order_acquire))
    return;
  // Nobody else can have the token: whoever wants it registers first.
  [[maybe_unused]] bool Taken = tryTakeToken(Other);
  STM_DCHECK(Taken);
  raiseExclusiveFor(Other);
}

} // namespace stm::rt
