//===- e2e/Isolation/neighbours.cpp - undo restores its own bytes only ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two bytes of one word: one attempt writes its byte and is rolled back; the
// other byte, changed by a transaction of another thread in between, stays. As
// the stripe is locked meanwhile, the other thread can only come before or
// after that: it must not be lost either way.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

struct alignas(64) {
  uint8_t A, B, C, D;
  unsigned Low : 4, High : 4;
} Word;

int main() {
  constexpr unsigned Rounds = 5000;
  onThreads(4, [](unsigned Self) {
    for (unsigned I = 0; I != Rounds; ++I)
      switch (Self) {
      case 0:
        stm::atomic([] { ++Word.A; });
        break;
      case 1:
        stm::atomic([] { ++Word.B; });
        break;
      case 2:
        stm::atomic([] { ++Word.Low; });
        break;
      default:
        stm::atomic([] { ++Word.High; });
      }
  });
  EXPECT(Word.A == uint8_t(Rounds) && Word.B == uint8_t(Rounds));
  EXPECT(Word.C == 0 && Word.D == 0);
  EXPECT(Word.Low == Rounds % 16 && Word.High == Rounds % 16);
}
