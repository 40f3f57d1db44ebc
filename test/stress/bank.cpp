//===- stress/bank.cpp - transfers and audits -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Money moves between accounts; audits add all of them up inside a transaction.
// Fails if transfers are lost, torn, or seen half-done.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

constexpr unsigned Accounts = 64;
constexpr long Start = 1000;
long Balance[Accounts]; // Neighbours share stripes: false conflicts, too.

long total() {
  long Sum = 0;
  for (long B : Balance)
    Sum += B;
  return Sum;
}

void test(const stress::Config &C) {
  for (long &B : Balance)
    B = Start;
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      if (Next.below(16) == 0) {
        long Sum = stm::atomic("audit", [&] {
          long Sum = total();
          INVARIANT(Sum == Accounts * Start);
          return Sum;
        });
        INVARIANT(Sum == Accounts * Start);
        continue;
      }
      auto From = Next.below(Accounts), To = Next.below(Accounts);
      long Amount = static_cast<long>(Next.below(100));
      stm::atomic("transfer", [&] {
        long Before = Balance[From] + Balance[To];
        Balance[From] -= Amount;
        Balance[To] += Amount;
        INVARIANT(Balance[From] + Balance[To] == Before);
      });
    }
  });
  INVARIANT(total() == Accounts * Start);
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 500000);
}
