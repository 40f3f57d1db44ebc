//===- e2e/Language/atomics_alone.cpp - flags that plain code stores ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block looks at an atomic flag, and does something if it isn't set. Who sets
// the flag, plainly, and then runs a block, finds what was done, or it isn't
// done any more. So with reference counts, which plain code and blocks change
// at once.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <memory>

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

/// What is left after it has been emptied.
long closeAndEmpty() {
  Closed = true;
  stm::atomic([] { Items = 0; });
  return 0;
}

struct Value {
  long A = 0, B = 0;
};
std::shared_ptr<Value> Newest = std::make_shared<Value>();

/// As programs do that copy on write.
void change() {
  stm::atomic([] {
    if (Newest.use_count() != 1)
      Newest = std::make_shared<Value>(*Newest);
    ++Newest->A;
    linger();
    ++Newest->B;
  });
}
bool isConsistent() {
  std::shared_ptr<Value> Copy = stm::atomic([] { return Newest; });
  long A = Copy->A; // Nobody changes what is shared.
  linger();
  return A == Copy->A && A == Copy->B;
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
  bool Wrong = false;
  {
    Thread Other([] {
      for (int I = 0; I != 200; ++I)
        change();
    });
    for (int I = 0; I != 200; ++I)
      Wrong |= !isConsistent();
  }
  EXPECT(!Wrong);
}
