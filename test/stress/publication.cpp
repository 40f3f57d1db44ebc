//===- stress/publication.cpp - written plainly, then made visible --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each slot belongs to a thread, which takes it back in a transaction, writes
// its data plainly, and makes it visible in another. Readers look at the data
// only if it is visible. Fails if a reader's load of the data is moved before
// its look at `Ready` (speculated), or if taking back doesn't wait.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

constexpr unsigned Most = 16;

// Globals, so that a load may be speculated without proof that it can't trap.
bool Ready;
uint64_t DataA, DataB;

struct alignas(64) Slot {
  bool Ready;
  alignas(64) uint64_t A;
  alignas(64) uint64_t B;
} Slots[Most];

uint64_t mix(uint64_t A) { return A * 0x9e3779b97f4a7c15 + 1; }

void publishGlobal(uint64_t Value) {
  stm::atomic("take back", [] { Ready = false; });
  DataA = Value;
  stress::dawdle(20);
  DataB = mix(Value);
  stm::atomic("make visible", [] { Ready = true; });
}

void publish(Slot &S, uint64_t Value) {
  stm::atomic("take back", [&] { S.Ready = false; });
  S.A = Value;
  stress::dawdle(20);
  S.B = mix(Value);
  stm::atomic("make visible", [&] { S.Ready = true; });
}

uint64_t readGlobal() {
  return stm::atomic("read the globals", [] {
    uint64_t A = 1, B = mix(1);
    if (Ready) {
      A = DataA;
      B = DataB;
    }
    INVARIANT(B == mix(A));
    return A;
  });
}

uint64_t read(Slot &S) {
  return stm::atomic("read a slot", [&] {
    uint64_t A = 1;
    if (S.Ready) {
      A = S.A;
      INVARIANT(S.B == mix(A));
    }
    return A;
  });
}

void test(const stress::Config &C) {
  Ready = false;
  for (Slot &S : Slots)
    S = {};
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    uint64_t Sum = 0;
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      if (Self == 0 && I % 2)
        publishGlobal(Next());
      else if (Next.below(4) == 0)
        publish(Slots[Self % Most], Next());
      else if (I % 2)
        Sum += read(Slots[Next.below(Most)]);
      else
        Sum += readGlobal();
    }
    stress::dawdle(Sum & 1);
  });
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 400000);
}
