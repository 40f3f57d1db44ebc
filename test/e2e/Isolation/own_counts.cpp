//===- e2e/Isolation/own_counts.cpp - many threads on few words -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every width, every thread: no increment is lost, and the attempts that were
// rolled back leave nothing behind.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -flto -fuse-ld=lld
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

struct {
  uint8_t U8;
  uint16_t U16;
  uint32_t U32;
  uint64_t U64;
  float F;
  double D;
  bool Flip;
  __int128 Wide;
} Shared;

int main() {
  constexpr unsigned Threads = 8, Rounds = 2000;
  onThreads(Threads, [](unsigned) {
    for (unsigned I = 0; I != Rounds; ++I)
      stm::atomic([] {
        ++Shared.U8;
        ++Shared.U16;
        ++Shared.U32;
        ++Shared.U64;
        Shared.F += 1;
        Shared.D += 1;
        Shared.Flip = !Shared.Flip;
        Shared.Wide += 1;
      });
  });
  constexpr unsigned All = Threads * Rounds;
  EXPECT(Shared.U8 == uint8_t(All));
  EXPECT(Shared.U16 == uint16_t(All));
  EXPECT(Shared.U32 == All);
  EXPECT(Shared.U64 == All);
  EXPECT(Shared.F == float(All));
  EXPECT(Shared.D == double(All));
  EXPECT(!Shared.Flip);
  EXPECT(Shared.Wide == All);
}
