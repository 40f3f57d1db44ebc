//===- e2e/Language/container_annotations.cpp - libc++ and ASan --*- C++ -*-==//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rolled back attempt has emptied containers: AddressSanitizer must not go on
// believing so.
//
// REQUIRES: libc++
// ThreadSanitizer can't be there as well.
// UNSUPPORTED: tsan
// RUN: %at_O2 %t %s %stmxx -stdlib=libc++ -fsanitize=address
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <deque>
#include <vector>

std::vector<long> Vector(100, 1);
std::deque<long> Deque(100, 1);

int main() {
  Rival Other;
  std::atomic<bool> Began{false};
  stm::atomic([&] {
    if (firstTime(Began)) {
      Vector.clear();
      Deque.clear();
    }
    Other.strike();
  });
  long Sum = 0;
  for (long X : Vector)
    Sum += X;
  for (long X : Deque)
    Sum += X;
  EXPECT(Sum == 200);
}
