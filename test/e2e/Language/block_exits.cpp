//===- e2e/Language/block_exits.cpp - ways out of STM_ATOMIC --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each is taken by an attempt that was rolled back before, and commits.
//
// RUN: %levels %t %s %stmxx -Wall -Wextra -Werror
// RUN: %two_levels %t %s %stmxx -g
// RUN: %two_levels %t %s %stmxx -std=c++17
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <string>

long Global = 0;

void end() {
  Rival Other;
  long Local = 1;
  STM_ATOMIC {
    EXPECT(Local == 1 && Global == 0);
    ++Local;
    ++Global;
    Other.strike();
  }
  EXPECT(Local == 2 && Global == 1 && abortsSoFar() == 1);
  EXPECT(!stm_in_transaction());
}

int returned(int X) {
  Rival Other;
  STM_ATOMIC_NAMED("return") {
    ++Global;
    if (X > 5) {
      ++X;
      Other.strike();
      return X;
    }
    --X;
  }
  return -X;
}

std::string returnedObject(const char *Text) {
  Rival Other;
  STM_ATOMIC {
    std::string Result = Text;
    Result += "!";
    Other.strike();
    return Result;
  }
}

int &returnedReference(int (&Array)[3], int I) {
  STM_ATOMIC { return Array[I]; }
}

int wentTo(int X) {
  Rival Other;
  int Visited = 0;
Again:
  ++Visited;
  STM_ATOMIC {
    ++X;
    if (X == 3)
      Other.strike();
    if (X < 3)
      goto Again;
    if (X > 5)
      goto Far;
  }
  return X * 100 + Visited;
Far:
  return -X * 100 - Visited;
}

int brokenOff(int Until) {
  Rival Other;
  int Sum = 0;
  for (int I = 0; I < 10; ++I) {
    STM_ATOMIC {
      if (I == Until) {
        Other.strike();
        break;
      }
      Sum += I;
    }
    EXPECT(I < Until);
  }
  return Sum;
}

int continued() {
  Rival Other;
  int Rest = 0, Sum = 0;
  for (int I = 0; I < 10; ++I) {
    STM_ATOMIC {
      Sum += I;
      if (I == 4)
        Other.strike();
      if (I % 2 == 0)
        continue;
    }
    ++Rest;
  }
  return Sum * 100 + Rest;
}

int inSwitch(int X) {
  switch (X) {
  case 1:
    STM_ATOMIC {
      ++Global;
      if (Global > 1000)
        return -1;
      break;
    }
    return -2;
  case 2:
    STM_ATOMIC { X = 7; }
    [[fallthrough]];
  default:
    return X;
  }
  return 100;
}

int loopsInside(int N) {
  int Result = 0;
  STM_ATOMIC {
    for (int I = 0; I < N; ++I) {
      if (I == 2)
        continue;
      if (I == 5)
        break;
      Result += I;
    }
    while (true) {
      if (++Result > 20)
        break;
      switch (Result) {
      case 3:
        Result += 2;
        break;
      default:
        ++Result;
      }
    }
  }
  return Result;
}

int withElse(int X) {
  if (X) {
    STM_ATOMIC { X = 2; }
  } else
    STM_ATOMIC { X = 3; }
  return X;
}

[[noreturn]] void neverEnds() {
  STM_ATOMIC {
    Global = 77;
    stm_become_inevitable("end");
    _exit(Global == 77 ? 0 : 1);
  }
}

int main() {
  end();
  EXPECT(returned(7) == 8 && returned(2) == -1 && Global == 3);
  EXPECT(returnedObject("a text that is too long to be short") ==
         "a text that is too long to be short!");
  int Array[3] = {};
  returnedReference(Array, 1) = 5;
  EXPECT(Array[1] == 5);
  EXPECT(wentTo(0) == 303 && wentTo(5) == -601);
  EXPECT(brokenOff(4) == 6 && brokenOff(100) == 45);
  EXPECT(continued() == 4505);
  EXPECT(inSwitch(1) == 100 && inSwitch(2) == 7 && inSwitch(3) == 3);
  EXPECT(loopsInside(10) > 20);
  EXPECT(withElse(1) == 2 && withElse(0) == 3);
  EXPECT(inevitableSoFar() == 0);
  neverEnds();
}
