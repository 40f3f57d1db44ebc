//===- stress/cancel.cpp - inner blocks that are undone ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nested blocks that move money, allocate and throw, half of which are
// cancelled, beside snapshots that add everything up.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

#include <string>

namespace {

constexpr size_t Accounts = 64;
stress::Alone<int64_t> Balance[Accounts];
std::string *Notes[Accounts];

struct Failure {
  std::string Text;
  size_t Where;
};

void move(stress::Random Next, unsigned Depth) {
  size_t From = Next.below(Accounts), To = Next.below(Accounts);
  int64_t Amount = static_cast<int64_t>(Next.below(100));
  Balance[From].Value -= Amount;
  delete Notes[From];
  Notes[From] = new std::string("a note too long for the string itself");
  if (Depth) {
    int64_t Before = Balance[To].Value;
    uint64_t How = Next.below(4);
    stress::Random Other(Next.below(1u << 30) + 1);
    if (How == 0) {
      bool Caught = false;
      try {
        stm::atomic(stm::cancel_on_throw, [&] {
          move(Other, Depth - 1);
          throw Failure{*Notes[From], To};
        });
      } catch (const Failure &F) {
        Caught =
            F.Text == "a note too long for the string itself" && F.Where == To;
      }
      INVARIANT(Caught);
    } else {
      bool Done = stm::try_atomic([&] {
        move(Other, Depth - 1);
        if (How == 1)
          stm::cancel();
      });
      INVARIANT(Done == (How != 1));
    }
    if (How < 2)
      INVARIANT(Balance[To].Value == Before);
  }
  Balance[To].Value += Amount;
}

void test(const stress::Config &C) {
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      if (Next.below(16) == 0) {
        int64_t Sum = stm::snapshot([] {
          int64_t Sum = 0;
          for (auto &B : Balance)
            Sum += B.Value;
          return Sum;
        });
        INVARIANT(Sum == 0);
        continue;
      }
      stress::Random Seed(Next.below(1u << 30) + 1);
      unsigned Depth = static_cast<unsigned>(Next.below(4));
      bool Cancel = Next.below(2);
      stm::try_atomic("move", [&] {
        move(Seed, Depth);
        if (Cancel)
          stm::cancel();
      });
    }
  });
  int64_t Sum = 0;
  for (auto &B : Balance)
    Sum += B.Value;
  INVARIANT(Sum == 0);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 20000); }
