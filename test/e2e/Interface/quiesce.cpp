//===- e2e/Interface/quiesce.cpp - stm_quiesce ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Waits for attempts that run; inside a transaction it is an error with a
// message.
//
// RUN: %two_levels %t %s %stmxx
// RUN: not %t.O2 inside 2>&1 | FileCheck %s --check-prefix=INSIDE
// INSIDE: stm_quiesce() was called inside a transaction
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;

int main(int Argc, char **) {
  if (Argc > 1)
    stm::atomic([] { stm_quiesce(); });
  stm_quiesce();
  std::atomic<bool> Over{false};
  Thread Reader([&] {
    stm::atomic([] {
      (void)!X;
      reached(1);
      await(2);
    });
    Over = true;
  });
  Thread Writer([] {
    await(1);
    stm::atomic([] { X = 1; });
  });
  await(1);
  awaitValue(&X, 1L);
  Thread Waker([] {
    usleep(20000);
    reached(2);
  });
  // The writer's change may not be committed yet: twice is enough.
  stm_quiesce();
  stm_quiesce();
}
