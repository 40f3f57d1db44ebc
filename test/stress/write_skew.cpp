//===- stress/write_skew.cpp - no two may leave -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of each pair at most one flag may be set. Each side looks at the other's flag
// and sets its own if that is clear: with reads that aren't validated both get
// set, though neither writes what the other writes.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

constexpr unsigned Pairs = 8;
struct Pair {
  stress::Alone<int> Side[2];
} Table[Pairs];

void test(const stress::Config &C) {
  for (Pair &P : Table)
    P = {};
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      Pair &P = Table[Next.below(Pairs)];
      unsigned Mine = static_cast<unsigned>(Next.below(2));
      unsigned Pause = static_cast<unsigned>(Next.below(100));
      bool Set = Next.below(2);
      stm::atomic("set or clear", [&] {
        int Other = P.Side[!Mine].Value;
        stress::linger(Pause);
        if (!Set)
          P.Side[Mine].Value = 0;
        else if (!Other)
          P.Side[Mine].Value = 1;
      });
      stm::atomic("look",
                  [&] { INVARIANT(P.Side[0].Value + P.Side[1].Value <= 1); });
    }
  });
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 200000);
}
