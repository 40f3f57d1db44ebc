//===- e2e/Language/control_flow_integrity.cpp - types of virtual tables --===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Virtual calls in versions are checked against the virtual tables' own types,
// with debug info too, which a version has a copy of.
//
// REQUIRES: lld
// RUN: %if !sanitized %{ \
// RUN:   %stmxx -O1 -g -flto -fuse-ld=lld -fvisibility=hidden \
// RUN:     -fsanitize=cfi-vcall %s -o %t && %t %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

namespace {
struct Base {
  virtual long next(long) = 0;
  virtual ~Base() {}
};
struct Adds : Base {
  long next(long X) override { return X + 1; }
};
struct Doubles : Base {
  long next(long X) override { return X * 2; }
};
} // namespace

long Runs = 0;
Base *Shared = new Doubles;

__attribute__((noinline)) static long thrice(Base *B, long X) {
  for (int I = 0; I != 3; ++I)
    X = B->next(X);
  return X;
}

static long Sum = 0;

static void run() {
  for (long I = 0; I != 10; ++I)
    Sum += stm::atomic([&] {
      ++Runs;
      Base *Own = Runs % 2 ? static_cast<Base *>(new Adds) : new Doubles;
      long Found = thrice(Shared, I) + thrice(Own, I);
      delete Own;
      return Found;
    });
}

int main() {
  {
    Thread Beside(run);
  }
  EXPECT(Sum == 8 * 45 + (20 + 3 * 5) + 8 * 25);
}
