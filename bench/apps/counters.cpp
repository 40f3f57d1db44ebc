//===- apps/counters.cpp - increments -------------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"

namespace {

struct alignas(64) Cell {
  uint64_t Value;
};

template <uint64_t Cells> class Counters : public App {
  Input In;
  uint64_t Total;
  Array<Cell> Shared;

public:
  explicit Counters(const Input &In)
      : In(In), Total(In.scaled(10'000'000)), Shared(Cells) {}

  void work(unsigned Thread) override {
    Share Part(Total, Thread, In.Threads);
    Random R(In.Seed + Thread);
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      uint64_t *C = &Shared[R.below(Cells)].Value;
      atomically([=] { ++*C; });
      // Or the plain loop becomes an addition.
      __asm__ volatile("" ::: "memory");
    }
  }

  const char *check() override {
    uint64_t Sum = 0;
    for (const Cell &C : Shared)
      Sum += C.Value;
    return Sum == Total ? nullptr : "increments were lost";
  }
  uint64_t operations() const override { return Total; }
};

const AppKind One("counters/1", "increments of one counter",
                  makeApp<Counters<1>>);
const AppKind Many("counters/256", "increments of 256 counters",
                   makeApp<Counters<256>>);

} // namespace
