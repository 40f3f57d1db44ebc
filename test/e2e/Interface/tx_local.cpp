//===- e2e/Interface/tx_local.cpp - STM_TX_LOCAL ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is marked isn't rolled back, and is written without barriers: a snapshot
// may do it too.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

STM_TX_LOCAL int Scratch[1000];
STM_TX_LOCAL thread_local int Attempts = 0;
int Ordinary = 0;

int main() {
  Rival Other;
  int Sum = stm::atomic([&] {
    ++Attempts;
    ++Ordinary;
    int Result = 0;
    for (int I = 0; I != 1000; ++I)
      Scratch[I] = I;
    for (int I : Scratch)
      Result += I;
    Other.strike();
    return Result;
  });
  EXPECT(Sum == 499500 && Attempts == 2 && Ordinary == 1);
  EXPECT(stm::snapshot([] {
           static STM_TX_LOCAL int Static;
           Static = Ordinary;
           Scratch[0] = Static;
           return Scratch[0];
         }) == 1);
}
