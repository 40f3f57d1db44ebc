//===- stress/inevitable.cpp - transactions beside inevitable ones --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some transactions call plainAdd, which was compiled without the plugin and so
// changes the counters with plain loads and stores, slowly. It is correct only
// while nothing else runs.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

extern "C" void plainAdd(uint64_t *To, uint64_t *Also, uint64_t What);

namespace {

stress::Alone<uint64_t> X, Y;
uint64_t Many[32];

void test(const stress::Config &C) {
  X.Value = Y.Value = 0;
  for (uint64_t &M : Many)
    M = 0;
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      uint64_t At = Next.below(32);
      switch (Next.below(8)) {
      case 0: // Inevitable from the start on.
        stm::atomic("all plain", [] { plainAdd(&X.Value, &Y.Value, 1); });
        break;
      case 1: // Becomes inevitable after reads and writes of its own.
        stm::atomic("partly plain", [&] {
          uint64_t Before = X.Value;
          INVARIANT(Before == Y.Value);
          ++X.Value;
          Many[At] += 1;
          ++Y.Value;
          plainAdd(&X.Value, &Y.Value, 1);
          INVARIANT(X.Value == Before + 2);
          INVARIANT(Y.Value == Before + 2);
          Many[At] -= 1;
        });
        break;
      case 2:
        stm::atomic("asked for", [&] {
          ++X.Value;
          stm::become_inevitable("test");
          INVARIANT(stm_is_inevitable());
          ++Y.Value;
        });
        break;
      default:
        stm::atomic("optimistic", [&] {
          INVARIANT(X.Value == Y.Value);
          INVARIANT(Many[At] == 0);
          ++X.Value;
          ++Y.Value;
        });
      }
    }
  });
  INVARIANT(X.Value == Y.Value);
  for (uint64_t M : Many)
    INVARIANT(M == 0);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 60000); }
