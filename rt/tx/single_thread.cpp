//===- tx/single_thread.cpp - blocks of a process with one thread ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/single_thread.h"

#include "base/check.h"
#include "base/options.h"

namespace stm::rt {

constinit std::atomic<bool> BlocksMayRunPlainly{false};

namespace {

constinit std::atomic<bool> MustHaveBarriers{false};

// What the checked build is for are barriers.
#if STM_TEST_POINTS
constexpr bool IsCheckedBuild = true;
#else
constexpr bool IsCheckedBuild = false;
#endif

bool isWanted() {
  switch (options().SingleThread) {
  case SingleThreadMode::Auto:
    // Who asks for a report asks about barriers.
    return !IsCheckedBuild && !options().wantsReport();
  case SingleThreadMode::Plain:
    return true;
  case SingleThreadMode::Barriers:
    return false;
  }
  __builtin_unreachable();
}

} // namespace

void initSingleThread() {
  BlocksMayRunPlainly.store(
      isWanted() && !MustHaveBarriers.load(std::memory_order_relaxed),
      std::memory_order_relaxed);
}

void alwaysUseBarriers() {
  MustHaveBarriers.store(true, std::memory_order_relaxed);
  BlocksMayRunPlainly.store(false, std::memory_order_relaxed);
}

void Tx::giveBackExclusivity() {
  awaitRegistrations();
  if (holdsToken(*this))
    dropExclusivity(*this);
}

void Tx::afterPlain() {
  if (InevitablePc)
    Facts.Counts.Inevitable.bump();
  if (IsSample) {
    ExecutionFact Fact = {};
    Fact.Block = Site ? *Site : stm_site{};
    Fact.IsSample = true;
    Fact.Began = BeganAt;
    Fact.Ended = arch::ticks();
    recordExecution(Facts, Fact);
    BeganAt = 0;
  }
  if (HasWork)
    afterCommitSlow();
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
