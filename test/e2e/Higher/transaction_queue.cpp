//===- e2e/Higher/transaction_queue.cpp - calls that appear serial --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random calls that add others, cancel blocks and throw: the result is that of
// one after the other, in the order that they themselves have noted.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <memory>
#include <stm/transaction_queue.hpp>
#include <vector>

// The user's line, as clang writes it.
static_assert(stm::detail::lambdaIn("F = (lambda at x.cpp:12:3)]") ==
              "x.cpp:12:3");
static_assert(stm::detail::lambdaIn("G<(lambda at a (b)/x.cpp:12:3)>") ==
              "a (b)/x.cpp:12:3");
static_assert(stm::detail::lambdaIn("F = (lambda at x.cpp)").empty());
static_assert(stm::detail::lambdaIn("F = void (*)(int)").empty());

Disturber *Trouble;

struct Workload {
  World Shared;
  alignas(64) uint64_t Length = 0;
  uint64_t Order[4096]; ///< Seeds of the calls, as they ran.
  uint64_t Thrown = 0;
  stm::transaction_queue Queue{4};

  void call(uint64_t Seed, unsigned Depth) {
    Trouble->suffer(Seed);
    Shared.change(Seed);
    Order[Length++] = Seed;
    Numbers N(Seed + 1);
    if (Depth && N.below(3) == 0)
      for (uint64_t I = N.below(4); I; --I)
        Queue.add([this, Next = N.next(), Depth] { call(Next, Depth - 1); });
    if (N.below(4) == 0)
      stm::try_atomic([&] { // As if it hadn't been.
        Shared.change(N.next());
        Queue.add([] { EXPECT(false); });
        stm::cancel();
      });
    if (N.below(64) == 0) {
      ++Thrown;
      throw Seed;
    }
  }

  void run(uint64_t Seed) {
    Numbers N(Seed);
    uint64_t Calls = N.below(60);
    for (uint64_t I = 0; I != Calls; ++I)
      Queue.add("a call", [this](uint64_t S) { call(S, 3); }, N.next());
    uint64_t Caught = 0;
    for (;;) {
      try {
        Queue.run();
        break;
      } catch (uint64_t Of) {
        ++Caught;
        bool Ran = false;
        for (uint64_t I = 0; I != Length; ++I)
          Ran |= Order[I] == Of;
        EXPECT(Ran);
      }
    }
    EXPECT(Queue.empty() && Length >= Calls && Caught == Thrown);
    World Alone;
    for (uint64_t I = 0; I != Length; ++I)
      Alone.change(Order[I]);
    EXPECT(Alone == Shared);
  }
};

static void whatIsCaptured() {
  stm::transaction_queue Queue;
  std::unique_ptr<long> Shared;
  long Sum = 0;
  for (long I = 0; I != 200; ++I)
    Queue.add(
        [&Shared, &Sum](std::unique_ptr<long> Mine) {
          Sum += *Mine;
          Shared.swap(Mine); // Another call's is destroyed here.
        },
        std::make_unique<long>(I));
  EXPECT(Queue.size() == 200);
  Queue.run();
  EXPECT(Sum == 199 * 100 && Shared);
  Queue.add([] { EXPECT(false); });
} // Dropped.

/// Adds of a transaction that isn't one of the queue's.
static void fromOutside() {
  stm::transaction_queue Queue;
  int Ran = 0;
  Rival Other;
  stm::atomic([&] {
    Queue.add([&] { ++Ran; });
    Other.strike();
  });
  EXPECT(Queue.size() == 1);
  Queue.run();
  EXPECT(Ran == 1);
  bool Refused = false;
  stm::atomic([&] {
    try {
      Queue.run();
    } catch (const std::logic_error &) {
      Refused = true;
    }
  });
  EXPECT(Refused);
}

/// More calls wait for others behind them than there are threads.
static void waiting() {
  stm::transaction_queue Queue{2};
  long Tokens = 0, Got = 0;
  for (int I = 0; I != 8; ++I)
    Queue.add([&] {
      if (Tokens == 0)
        stm::retry();
      --Tokens;
      ++Got;
    });
  for (int I = 0; I != 8; ++I)
    Queue.add([&] { ++Tokens; });
  Queue.run();
  EXPECT(Got == 8 && Tokens == 0);
}

static void progress() {
  stm::transaction_queue Queue;
  uint64_t Told = 0, Most = 0;
  Queue.on_progress(
      [&](const stm::transaction_queue::progress &P) {
        EXPECT(!stm_in_transaction() && P.threads >= 1);
        ++Told;
        Most = std::max(Most, P.executed);
      },
      std::chrono::milliseconds(0));
  long Sum = 0;
  for (int I = 0; I != 1000; ++I)
    Queue.add([&] { ++Sum; });
  Queue.run();
  EXPECT(Sum == 1000 && Told > 0 && Most <= 1000);
}

int main() {
  stm::set_threads(4);
  {
    Disturber D;
    Trouble = &D;
    for (unsigned I = 0; I != workloads(60); ++I)
      std::make_unique<Workload>()->run(I);
  }
  EXPECT(abortsSoFar() > 0);
  whatIsCaptured();
  fromOutside();
  waiting();
  progress();
  expectOptimistic(0);
}
