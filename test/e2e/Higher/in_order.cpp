//===- e2e/Higher/in_order.cpp - commits in the order of the loop ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random calls in order against the same calls by one thread: with conflicts,
// nested adds, inner blocks that are cancelled, whole steps that are cancelled,
// exceptions, steps that become inevitable, and frees.
//
// REQUIRES: llvm-19 || long
// RUN: %one_level %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <memory>
#include <stm/parallel.hpp>
#include <stm/transaction_queue.hpp>
#include <vector>

Disturber *Trouble;

struct Workload {
  World Shared;
  std::unique_ptr<uint64_t> Box;
  std::vector<uint64_t> Log; ///< What the calls did, in order.
  bool Spread;               ///< Their order isn't noted: they can be parallel.
  stm::transaction_queue *Queue = nullptr;
  std::vector<std::pair<uint64_t, unsigned>> Later; ///< Without a queue.

  void call(uint64_t Seed, unsigned Depth) {
    Numbers N(Seed);
    if (Queue)
      Trouble->suffer(N.next());
    else
      N.next();
    Shared.change(N.next());
    if (!Spread)
      Log.push_back(Seed);
    switch (N.below(24)) {
    case 0: // Another call's is freed.
      Box = std::make_unique<uint64_t>(Box ? *Box * 5 + Seed : Seed);
      break;
    case 1:
      if (stm_in_transaction())
        stm::become_inevitable("a step");
      break;
    case 2:
      if (!Queue)
        break;
      stm::try_atomic([&] {
        Shared.change(N.next());
        Queue->add([] { EXPECT(false); });
        stm::cancel();
      });
      break;
    default:
      break;
    }
    if (Depth && N.below(3) == 0)
      for (uint64_t I = N.below(4); I; --I) {
        uint64_t Next = N.next();
        if (Queue)
          Queue->add([this, Next, Depth] { call(Next, Depth - 1); });
        else
          Later.push_back({Next, Depth - 1});
      }
    if (N.below(80) == 0)
      throw Seed;
  }

  void start(std::vector<uint64_t> Seeds) {
    for (uint64_t S : Seeds)
      Queue->add([this, S] { call(S, 3); });
  }
};

static void workload(uint64_t Seed) {
  Numbers N(Seed);
  std::vector<uint64_t> Seeds(N.below(60));
  for (uint64_t &S : Seeds)
    S = N.next();

  Workload Parallel, Serial;
  Parallel.Spread = Serial.Spread = N.below(2) == 0;
  stm::transaction_queue Queue(1 + N.below(4));
  Parallel.Queue = &Queue;
  Parallel.start(Seeds);

  for (uint64_t S : Seeds)
    Serial.Later.push_back({S, 3});
  for (size_t Next = 0;;) {
    uint64_t Thrown = 0, ThrownThere = 0;
    while (!Thrown && Next != Serial.Later.size()) {
      auto [S, Depth] = Serial.Later[Next++];
      try {
        Serial.call(S, Depth);
      } catch (uint64_t Of) {
        Thrown = Of;
      }
    }
    try {
      Queue.run_in_order();
    } catch (uint64_t Of) {
      ThrownThere = Of;
    }
    EXPECT(Thrown == ThrownThere);
    EXPECT(Serial.Shared == Parallel.Shared && Serial.Log == Parallel.Log);
    EXPECT(!Serial.Box == !Parallel.Box);
    EXPECT(!Serial.Box || *Serial.Box == *Parallel.Box);
    EXPECT(Queue.size() == Serial.Later.size() - Next);
    if (!Thrown)
      break;
  }
}

/// A loop on plain data, with steps that depend on the one before.
static void loops() {
  std::vector<uint64_t> Values(3000), Same(3000);
  for (uint64_t I = 0; I != 3000; ++I)
    Values[I] = Same[I] = I * I % 97;
  auto Step = [](std::vector<uint64_t> &V, uint64_t I) {
    V[I] += V[I * 7 % 3000] + 1;
  };
  for (uint64_t I = 0; I != 3000; ++I)
    Step(Same, I);
  stm::for_in_order(uint64_t{0}, uint64_t{3000},
                    [&](uint64_t I) { Step(Values, I); });
  EXPECT(Values == Same);

  // A step that is cancelled is left out, and only that one.
  std::vector<int> Numbers(100);
  int Kept = 0;
  stm::for_in_order(Numbers, [&](int &At) {
    At = ++Kept;
    if (&At - Numbers.data() == 50)
      stm::cancel();
  });
  EXPECT(Kept == 99 && Numbers[49] == 50 && Numbers[50] == 0 &&
         Numbers[51] == 51);

  int Reached = 0;
  try {
    stm::for_in_order(0, 1000, [&](int I) {
      ++Reached;
      if (I == 777)
        throw I;
    });
    EXPECT(false);
  } catch (int I) {
    EXPECT(I == 777 && Reached == 778);
  }

  // One step waits for what a thread outside does, and those behind it with it.
  long Signal = 0;
  unsigned long Sum = 0;
  {
    Thread Other([&] {
      usleep(2000);
      stm::atomic([&] { Signal = 1; });
    });
    stm::for_in_order(0, 200, [&](int I) {
      if (I == 100 && !Signal)
        stm::retry();
      Sum = Sum * 3 + static_cast<unsigned>(I);
    });
  }
  unsigned long Expected = 0;
  for (int I = 0; I != 200; ++I)
    Expected = Expected * 3 + static_cast<unsigned>(I);
  EXPECT(Sum == Expected);
}

int main() {
  stm::set_threads(4);
  {
    Disturber D;
    Trouble = &D;
    for (unsigned I = 0; I != workloads(60); ++I)
      workload(I);
  }
  EXPECT(abortsSoFar() > 0);
  loops();
  // Output in the order of the loop.
  stm::for_in_order(0, 300, [](int I) { stm::deferred_printf(1, "%d,", I); });
  // CHECK: 0,1,2,3,4,5,6,7,8,9,10,11,
  // CHECK-SAME: 98,99,100,101,102,
  // CHECK-SAME: 297,298,299,
}
