//===- stress/zombie.cpp - x == y, always -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writers change x and y together; readers look at both with a pause between.
// No attempt, not even one that will be rolled back, may see them differ: it
// would index out of bounds or loop for ever (opacity).
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

stress::Alone<uint64_t> X, Y;
uint64_t Only[1] = {7};

void test(const stress::Config &C) {
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      unsigned Pause = static_cast<unsigned>(Next.below(64));
      switch (Next.below(4)) {
      case 0:
        stm::atomic([&] {
          X.Value += 1;
          stress::linger(Pause);
          Y.Value += 1;
        });
        break;
      case 1: // In the other order, and twice.
        stm::atomic([&] {
          Y.Value += 3;
          X.Value += 2;
          stress::linger(Pause);
          X.Value += 1;
        });
        break;
      case 2:
        stm::atomic([&] {
          uint64_t A = X.Value;
          stress::linger(Pause);
          uint64_t B = Y.Value;
          INVARIANT(A == B);
          INVARIANT(Only[B - A] == 7);
        });
        break;
      default: // A reader that writes: validated differently.
        stm::atomic([&] {
          uint64_t B = Y.Value;
          X.Value += 1;
          stress::linger(Pause);
          uint64_t A = X.Value;
          Y.Value += 1;
          INVARIANT(A == B + 1);
        });
      }
    }
  });
  INVARIANT(X.Value == Y.Value);
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 150000);
}
