//===- stress/thread_churn.cpp - threads come and go ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads start, run a few transactions and end, their thread-local objects
// running transactions while they are destroyed; descriptors are recycled
// meanwhile. Fails on lost updates at the change between one and several
// threads, and on descriptors used twice.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

uint64_t Counter, Farewells;
stress::Alone<uint64_t> X, Y;

struct Farewell {
  bool Armed = false;
  ~Farewell() {
    if (Armed)
      stm::atomic("farewell", [] { ++Farewells; });
  }
};
thread_local Farewell AtEnd;

void work(uint64_t Rounds) {
  AtEnd.Armed = true;
  for (uint64_t I = 0; I != Rounds; ++I)
    stm::atomic("work", [] {
      INVARIANT(X.Value == Y.Value);
      ++Counter;
      ++X.Value;
      ++Y.Value;
    });
}

void test(const stress::Config &C) {
  constexpr uint64_t Rounds = 20;
  Counter = Farewells = X.Value = Y.Value = 0;
  uint64_t Waves = C.Operations / C.Threads + 1;
  for (uint64_t W = 0; W != Waves; ++W) {
    std::vector<std::thread> Threads;
    for (unsigned I = 0; I != C.Threads; ++I)
      Threads.emplace_back(work, Rounds);
    // The starting thread works too: alone at first, then not.
    stm::atomic("work beside", [] { ++Counter; });
    for (std::thread &T : Threads)
      T.join();
  }
  INVARIANT(Counter == Waves * (C.Threads * Rounds + 1));
  INVARIANT(Farewells == Waves * C.Threads);
  INVARIANT(X.Value == Y.Value);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 2000); }
