//===- e2e/Language/atomics_alone.cpp - flags that plain code stores ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block looks at an atomic flag, and does something if it isn't set. Who sets
// the flag, plainly, and then runs a block, finds what was done, or it isn't
// done any more.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <ctime>

namespace {

alignas(64) std::atomic<bool> Closed;
alignas(64) long Items = 0;

STM_PURE void linger() {
  timespec While{0, 300000};
  nanosleep(&While, nullptr);
}

void addUnlessClosed() {
  stm::atomic([] {
    if (Closed.load())
      return;
    reached(1);
    linger();
    ++Items;
  });
}

void closeAndEmpty() {
  Closed = true;
  stm::atomic([] { Items = 0; });
}

} // namespace

int main() {
  for (int Round = 0; Round != 40; ++Round) {
    Closed = false;
    Step = 0;
    Items = 0;
    {
      Thread Other(addUnlessClosed);
      await(1);
      closeAndEmpty();
    }
    EXPECT(Items == 0);
  }
}
