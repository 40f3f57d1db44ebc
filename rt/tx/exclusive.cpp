//===- tx/exclusive.cpp - the token, and running alone ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/exclusive.h"

#include "base/check.h"
#include "base/test_point.h"
#include "base/wait.h"
#include "tx/registry.h"

namespace stm::rt {

constinit std::atomic<uint32_t> ExclusiveFlag{0};

namespace {
constinit std::atomic<const Tx *> Token{nullptr};
} // namespace

bool holdsToken(const Tx &Self) {
  return Token.load(std::memory_order_relaxed) == &Self;
}

bool isTokenTaken() { return Token.load(std::memory_order_relaxed) != nullptr; }

bool tryTakeToken(Tx &Self) {
  const Tx *Holder = nullptr;
  // (14) acquire: pairs with the release in dropExclusivity: what the holder
  // before did plainly is visible.
  return Token.compare_exchange_strong(Holder, &Self, std::memory_order_acquire,
                                       std::memory_order_relaxed) ||
         Holder == &Self;
}

void raiseExclusive(Tx &Self) {
  STM_DCHECK(holdsToken(Self));
  // (11) seq_cst, and the fence: the flag is visible before the slots are read;
  // pairs with the fence between (8) and (12) in begin.
  ExclusiveFlag.store(1, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  STM_TEST_POINT(ExclusiveBeforeSlots);
  forEachDescriptor([&](Tx &Other) {
    if (&Other == &Self || STM_MUTATION(ExclusiveDoesNotWait))
      return;
    Waiter Wait;
    // (9) acquire: pairs with (10): what the attempt did is visible.
    while (Other.Slot.load(std::memory_order_acquire) != Idle ||
           Other.Reader.isActive()) // (17)
      Wait.pause();
  });
}

void waitForTokensHolder(const Tx &Self) {
  STM_DCHECK(Self.Slot.load(std::memory_order_relaxed) == Idle);
  const Tx *Holder = Token.load(std::memory_order_relaxed);
  if (Holder && Holder != &Self)
    sleepWhile(Token, Holder, std::memory_order_relaxed);
}

void takeToken(Tx &Self) {
  while (!tryTakeToken(Self))
    waitForTokensHolder(Self);
}

void takeExclusivity(Tx &Self) {
  takeToken(Self);
  raiseExclusive(Self);
}

void dropExclusivity(Tx &Self) {
  STM_DCHECK(holdsToken(Self));
  // (15) release: pairs with (12), (14). seq_cst besides: the look for waiters
  // in notify must not come before the store.
  ExclusiveFlag.store(0, std::memory_order_seq_cst);
  Token.store(nullptr, std::memory_order_seq_cst);
  ExclusiveFlag.notify_all();
  // All: not each of them wants it.
  Token.notify_all();
  endExclusivePeriod();
}

void waitWhileExclusive(const Tx &Self) {
  STM_DCHECK(!holdsToken(Self));
  sleepWhile(ExclusiveFlag, uint32_t{1}, std::memory_order_acquire);
}

} // namespace stm::rt
