//===- e2e/Language/control_flow.cpp - switch, goto, loops, recursion -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The shapes that control flow takes in a body.
//
// RUN: %two_levels %t %s %stmxx -Wno-gnu-label-as-value
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long Shared = 0;

static long interpret(const unsigned char *Code) {
  static const void *Jumps[] = {&&Add, &&Double, &&Skip, &&Stop};
  goto *Jumps[*Code];
Add:
  Shared += 1;
  goto *Jumps[*++Code];
Double:
  Shared *= 2;
  goto *Jumps[*++Code];
Skip:
  ++Code;
  goto *Jumps[*++Code];
Stop:
  return Shared;
}

static long fibonacci(long N) {
  ++Shared;
  return N < 2 ? N : fibonacci(N - 1) + fibonacci(N - 2);
}

static const char *name(int I) {
  switch (I) {
  case 0:
    return "zero";
  case 1:
    return "one";
  case 2:
    Shared = 2;
    [[fallthrough]];
  case 3:
    Shared += 3;
    return "few";
  default:
    if (I > 1000000)
      __builtin_unreachable();
    return "many";
  }
}

int main() {
  Rival Other;
  const unsigned char Code[] = {0, 1, 0, 2, 1, 1, 3};
  long Result = 0, Fib = 0;
  stm::atomic([&] { Result = interpret(Code); });
  EXPECT(Result == 6 && Shared == 6);
  Shared = 0;
  stm::atomic([&] {
    EXPECT(Shared == 0);
    Fib = fibonacci(15);
    Other.strike();
  });
  EXPECT(Fib == 610 && Shared == 1973);
  stm::atomic([] {
    EXPECT(name(0)[0] == 'z' && name(1)[0] == 'o' && name(9)[0] == 'm');
    EXPECT(name(2)[0] == 'f');
  });
  EXPECT(Shared == 5);
  stm::atomic([] {
    int Found = 0;
    for (int I = 0; I != 10; ++I)
      for (int J = 0; J != 10; ++J)
        if (I * J == 42) {
          Found = I;
          goto Out;
        }
  Out:
    Shared = Found;
    do {
      if (Shared % 2)
        continue;
      ++Shared;
    } while (Shared < 20 && ++Shared);
  });
  EXPECT(Shared == 20 || Shared == 21);
  int Early = stm::atomic([] {
    for (int I = 0;; ++I)
      if (I * I > 50)
        return I;
  });
  EXPECT(Early == 8);
}
