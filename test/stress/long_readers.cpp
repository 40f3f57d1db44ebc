//===- stress/long_readers.cpp - long scans beside short writers ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scans read thousands of words while writers keep changing two of them. Each
// scan must see a sum that was there at one moment, and must come to an end:
// at worst by becoming inevitable.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

constexpr unsigned Words = 4096;
constexpr long Start = 10;
long Word[Words];

void test(const stress::Config &C) {
  for (long &W : Word)
    W = Start;
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    bool Scans = Self % 2 == 0;
    uint64_t Rounds = Scans ? C.perThread() / 200 + 1 : C.perThread();
    for (uint64_t I = 0; I != Rounds; ++I) {
      if (Scans) {
        stm::atomic("scan", [] {
          long Sum = 0;
          for (long W : Word)
            Sum += W;
          INVARIANT(Sum == Words * Start);
        });
      } else {
        uint64_t From = Next.below(Words), To = Next.below(Words);
        stm::atomic("write", [&] {
          Word[From] -= 1;
          Word[To] += 1;
        });
      }
    }
  });
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 200000);
}
