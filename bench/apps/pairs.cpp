//===- apps/pairs.cpp - opposing pairs: how long transactions take --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two threads each have 1,000 objects that one of them increments from the
// first to the last and the other from the last to the first, in one
// transaction: every two that overlap conflict. What counts is the distribution
// of their times.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

namespace {

uint64_t nanoseconds() {
  timespec T;
  clock_gettime(CLOCK_MONOTONIC, &T);
  return static_cast<uint64_t>(T.tv_sec) * 1'000'000'000u +
         static_cast<uint64_t>(T.tv_nsec);
}

class Pairs : public App {
  static constexpr uint64_t Objects = 1000;
  Input In;
  uint64_t Total;
  Array<uint64_t> Values; ///< Of each pair of threads.
  Array<uint64_t> Times;

  BENCH_TX static void increment(uint64_t *Objects, bool Backwards) {
    for (uint64_t I = 0; I < Pairs::Objects; ++I)
      ++Objects[Backwards ? Pairs::Objects - 1 - I : I];
  }

  static int compare(const void *A, const void *B) {
    uint64_t X = *static_cast<const uint64_t *>(A);
    uint64_t Y = *static_cast<const uint64_t *>(B);
    return (X > Y) - (X < Y);
  }
  uint64_t quantile(double Q) const {
    return Times[static_cast<uint64_t>(Q * static_cast<double>(Total - 1))];
  }

public:
  explicit Pairs(const Input &In)
      : In(In), Total(In.scaled(100'000, 2 * In.Threads)),
        Values(Objects * ((In.Threads + 1) / 2)), Times(Total) {}

  void work(unsigned Thread) override {
    uint64_t *Mine = &Values[Objects * (Thread / 2)];
    bool Backwards = Thread % 2;
    Share Part(Total, Thread, In.Threads);
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      uint64_t Begin = nanoseconds();
      atomically([=] { increment(Mine, Backwards); });
      Times[I] = nanoseconds() - Begin;
    }
  }

  const char *check() override {
    for (unsigned First = 0; First < In.Threads; First += 2) {
      unsigned Last = First + 2 < In.Threads ? First + 2 : In.Threads;
      uint64_t Expected = Share(Total, Last - 1, In.Threads).End -
                          Share(Total, First, In.Threads).Begin;
      for (uint64_t I = 0; I < Objects; ++I)
        if (Values[Objects * (First / 2) + I] != Expected)
          return "increments were lost";
    }
    qsort(Times.data(), Total, sizeof(uint64_t), compare);
    return nullptr;
  }
  uint64_t operations() const override { return Total; }
  void printFacts() const override {
    printf(", \"p50\": %llu, \"p99.9\": %llu, \"max\": %llu",
           static_cast<unsigned long long>(quantile(0.5)),
           static_cast<unsigned long long>(quantile(0.999)),
           static_cast<unsigned long long>(quantile(1)));
  }
};

const AppKind Kind("pairs",
                   "each two threads write 1000 objects in opposite order",
                   makeApp<Pairs>);

} // namespace
