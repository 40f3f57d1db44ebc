//===- stress/queue.cpp - messages handed over through a queue --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Producers fill messages plainly and put them into a std::deque inside a
// transaction; consumers take them out and read, poison and delete them plainly
// (publication and privatization). Every message arrives once, each producer's
// in their order.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

#include <deque>

namespace {

struct Message {
  unsigned Producer;
  uint64_t Number;
  uint64_t Check; ///< Of the two above.

  uint64_t expected() const { return Producer * 1000003 ^ Number; }
};

std::deque<Message *> Queue;
long Open; // Producers at work; changed and read in transactions.

void produce(unsigned Self, uint64_t Count) {
  for (uint64_t I = 0; I != Count; ++I) {
    auto *M = new Message{Self, I, 0};
    M->Check = M->expected();
    stm::atomic("put", [&] { Queue.push_back(M); });
  }
  stm::atomic("close", [] { --Open; });
}

/// Null: none now. \p Over: none any more.
Message *take(bool &Over) {
  return stm::atomic("take", [&]() -> Message * {
    Over = false;
    if (Queue.empty()) {
      Over = Open == 0;
      return nullptr;
    }
    Message *M = Queue.front();
    Queue.pop_front();
    INVARIANT(M->Check == M->expected());
    return M;
  });
}

void test(const stress::Config &C) {
  unsigned Pairs = C.Threads < 2 ? 1 : C.Threads / 2;
  uint64_t Each = C.Operations / Pairs;
  std::atomic<uint64_t> Taken{0};
  Open = Pairs;
  auto Consume = [&] {
    std::vector<uint64_t> Newest(Pairs, 0); // One more than the last number.
    bool Over = false;
    while (!Over) {
      Message *M = take(Over);
      if (!M) {
        std::this_thread::yield();
        continue;
      }
      INVARIANT(M->Check == M->expected());
      INVARIANT(M->Number + 1 > Newest[M->Producer]);
      Newest[M->Producer] = M->Number + 1;
      M->Check = ~M->Check; // Poison: an attempt that still looks finds it.
      delete M;
      ++Taken;
    }
  };
  if (C.Threads < 2) {
    produce(0, Each);
    Consume();
  } else {
    stress::onThreads(Pairs * 2, [&](unsigned Self) {
      if (Self % 2)
        Consume();
      else
        produce(Self / 2, Each);
    });
  }
  INVARIANT(Taken == Each * Pairs);
  INVARIANT(Queue.empty());
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 60000); }
