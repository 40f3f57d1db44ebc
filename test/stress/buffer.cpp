//===- stress/buffer.cpp - bounded buffers with retry -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Producers and consumers that sleep while a buffer is full or empty; consumers
// choose between two. Each item arrives once. A lost wake-up would leave all of
// them asleep, and the test without an end.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

#include <deque>

namespace {

struct Buffer {
  std::deque<uint64_t> Items;

  void put(uint64_t Item) {
    if (Items.size() == 2)
      stm::retry();
    Items.push_back(Item);
  }
  uint64_t take() {
    if (Items.empty())
      stm::retry();
    uint64_t Item = Items.front();
    Items.pop_front();
    return Item;
  }
};
Buffer Left, Right;

void test(const stress::Config &C) {
  uint64_t Each = C.perThread();
  std::atomic<uint64_t> Put{0}, Taken{0};
  stress::onThreads(2 * C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    uint64_t Sum = 0;
    for (uint64_t I = 0; I != Each; ++I) {
      if (Self % 2) {
        uint64_t Item = Next.below(1000);
        Buffer &B = Next.below(2) ? Left : Right;
        stm::atomic("put", [&] { B.put(Item); });
        Put += Item;
      } else if (Next.below(2)) {
        Sum += stm::or_else([] { return Left.take(); },
                            [] { return Right.take(); });
      } else {
        Sum += stm::or_else([] { return Right.take(); },
                            [] { return Left.take(); });
      }
    }
    Taken += Sum;
  });
  INVARIANT(Put == Taken);
  INVARIANT(Left.Items.empty() && Right.Items.empty());
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 20000); }
