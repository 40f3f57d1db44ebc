//===- tx/exclusive.cpp - the token, and running alone ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/exclusive.h"

#include "base/check.h"
#include "base/options.h"
#include "base/test_point.h"
#include "base/wait.h"
#include "tx/registry.h"
#include "version/read_guards.h"

#include <cerrno>
#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stm::rt {

constinit std::atomic<uint32_t> ExclusiveFlag{0};

namespace {
constinit std::atomic<const Tx *> Token{nullptr};

/// Counts how often the token was given back; who waits for that, or for the
/// flag, sleeps on it.
constinit std::atomic<uint32_t> Epoch{0};
constinit std::atomic<uint32_t> Sleepers{0};
/// Before it sleeps: what runs alone is often short.
constexpr unsigned SpinRounds = 80;

/// Of the newest epoch that has been complained about, plus one.
constinit std::atomic<uint32_t> Complained{0};

void warnOfTheOneAlone(const Tx &Self, uint32_t Now, unsigned Seconds) {
  uint32_t Before = Complained.load(std::memory_order_relaxed);
  const Tx *Holder = Token.load(std::memory_order_acquire);
  if (!Holder || Holder == &Self || Before == Now + 1 ||
      !ExclusiveFlag.load(std::memory_order_relaxed) ||
      !Complained.compare_exchange_strong(Before, Now + 1,
                                          std::memory_order_relaxed))
    return;
  // What is told of it doesn't change before its end.
  warnRunsAloneForLong(Holder->Site, Holder->InevitableReason,
                       Holder->InevitablePc, Seconds, Self.Site);
}

/// Sleeps while \p Condition holds; somebody else has the token then.
template <class F> void sleepWhile(Tx &Self, F Condition) {
  while (STM_WAITS_AT_TEST_POINTS && Condition())
    STM_TEST_POINT(Waits);
  Waiter Wait;
  while (Wait.rounds() < SpinRounds) {
    if (!Condition())
      return;
    Wait.pause();
  }
  Self.WaitsToRun.store(true, std::memory_order_release);
  // (34) Either the giver sees this one, or this one the new epoch.
  Sleepers.fetch_add(1, std::memory_order_seq_cst);
  uint32_t Began = Epoch.load(std::memory_order_seq_cst);
  int64_t Patience = options().StuckAfterS;
  while (Condition()) {
    uint32_t Now = Epoch.load(std::memory_order_seq_cst);
    if (!Condition())
      break;
    timespec Limit = {Patience, 0};
    // A plain system call: pthread_cancel doesn't end the thread here.
    long Result = syscall(SYS_futex, &Epoch, FUTEX_WAIT_PRIVATE, Now,
                          Patience ? &Limit : nullptr, nullptr, 0);
    if (Result < 0 && errno == ETIMEDOUT && Now == Began)
      warnOfTheOneAlone(Self, Now, static_cast<unsigned>(Patience));
    Began = Now;
  }
  Sleepers.fetch_sub(1, std::memory_order_relaxed);
  Self.WaitsToRun.store(false, std::memory_order_release);
}
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
  Guards.raiseForAll();
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

void raiseExclusiveFor(const Tx &Other) {
  STM_DCHECK(holdsToken(Other));
  Guards.raiseForAll();
  ExclusiveFlag.store(1, std::memory_order_seq_cst); // (11)
}

uint32_t tokenPeriod() { return Epoch.load(std::memory_order_seq_cst); }

void waitForTokensHolder(Tx &Self, uint32_t Period) {
  STM_DCHECK(Self.Slot.load(std::memory_order_relaxed) == Idle);
  const Tx *Holder = Token.load(std::memory_order_relaxed);
  if (!Holder || Holder == &Self)
    return;
  Self.Facts.Counts.TokenWaits.bump();
  sleepWhile(Self, [=] {
    return tokenPeriod() == Period &&
           Token.load(std::memory_order_seq_cst) == Holder;
  });
}

void takeToken(Tx &Self) {
  while (!tryTakeToken(Self))
    waitForTokensHolder(Self);
}

void takeExclusivity(Tx &Self) {
  takeToken(Self);
  raiseExclusive(Self);
}

void dropExclusivity(Tx &Self, bool HasChanged) {
  STM_DCHECK(holdsToken(Self));
  // (15) release: pairs with (12), (14).
  ExclusiveFlag.store(0, std::memory_order_release);
  if (Guards.areForAll())
    Guards.lowerForAll();
  Token.store(nullptr, std::memory_order_release);
  // (34)
  Epoch.fetch_add(1, std::memory_order_seq_cst);
  // All: not each of them wants the token.
  if (Sleepers.load(std::memory_order_seq_cst))
    syscall(SYS_futex, &Epoch, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr,
            0);
  if (HasChanged)
    endExclusivePeriod();
}

void waitWhileExclusive(Tx &Self) {
  STM_DCHECK(!holdsToken(Self));
  sleepWhile(Self,
             [] { return ExclusiveFlag.load(std::memory_order_acquire) != 0; });
}

void resetExclusiveInChild() { Sleepers.store(0, std::memory_order_relaxed); }

} // namespace stm::rt
