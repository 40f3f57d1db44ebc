//===- e2e/Report/validation.cpp - both lines of a failed validation ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a block had read was changed before its commit: the reading line is
// found when it reads again.
//
// RUN: %two_levels %t %s %stmxx -g
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long Shared = 0;
alignas(64) long Result = 0;
std::atomic<bool> Waited{false};

__attribute__((noinline)) void victim() {
  stm::atomic("the victim", [] {
    long Seen = Shared; // The victim's line.
    reached(1);
    if (firstTime(Waited))
      awaitBriefly(2); // The value is there before its commit.
    Result = Seen;
  });
}

__attribute__((noinline)) void culprit() {
  await(1);
  stm::atomic("the culprit", [] {
    Shared = 5; // The culprit's line.
  });
}

int main() {
  Thread Victim(victim);
  Thread Culprit(culprit);
}

// CHECK: the victim
// CHECK: validation.cpp:[[#@LINE-21]]
// CHECK-SAME: validation.cpp:[[#@LINE-11]]
