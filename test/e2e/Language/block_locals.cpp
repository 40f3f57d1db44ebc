//===- e2e/Language/block_locals.cpp - variables around STM_ATOMIC --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an attempt that is rolled back has done to them is undone, whatever the
// plugin does with them: copies, addresses, variables of the block's own.
//
// RUN: %levels %t %s %stmxx -g
// RUN: %if !sanitized %{ %one_level %t %s %stmxx -fsanitize=undefined -fno-sanitize-recover=all %}
// RUN: %if !sanitized %{ %one_level %t %s %stmxx -fsanitize=address %}
// RUN: %one_level %t %s %stmxx -ftrivial-auto-var-init=pattern
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <string>
#include <vector>

struct Pair {
  long A, B;
};
struct Large {
  long Word[20];
};

void allKinds(int Argument, Pair ByValue, Large Big, long &Reference) {
  Rival Other;
  char C = 1;
  float F = 2;
  long double L = 3;
  Pair P = {4, 5};
  Large Array = {{6, 7}};
  int Attempts = 0;
  long Escaped = 8;
  long *Pointer = &Escaped;
  volatile long Volatile = 9;
  std::string Text = "ten";
  std::vector<int> Vector = {11, 12};
  bool Flag = false;
  STM_ATOMIC {
    EXPECT(Argument == 100 && ByValue.A == 101 && Big.Word[19] == 102);
    EXPECT(Reference == 103 && C == 1 && F == 2 && L == 3 && P.B == 5);
    EXPECT(Array.Word[1] == 7 && Attempts == 0 && Escaped == 8 && !Flag);
    EXPECT(Pointer == &Escaped && Text == "ten" && Vector.size() == 2);
    ++Argument;
    ++ByValue.A;
    ++Big.Word[19];
    ++Reference;
    ++C;
    ++F;
    ++L;
    ++P.B;
    ++Array.Word[1];
    ++Attempts;
    ++*Pointer;
    Pointer = nullptr;
    Text += " and more, so that it is not short";
    Vector.push_back(13);
    Flag = true;
    Other.strike();
  }
  EXPECT(Argument == 101 && ByValue.A == 102 && Big.Word[19] == 103);
  EXPECT(Reference == 104 && C == 2 && F == 3 && L == 4 && P.B == 6);
  EXPECT(Array.Word[1] == 8 && Attempts == 1 && Escaped == 9 && Flag);
  EXPECT(!Pointer && Text.size() == 37 && Vector.size() == 3);
  STM_ATOMIC { ++Volatile; }
  EXPECT(Volatile == 10);
}

/// A variable of the block that lives on: only its name ends there.
void keptOverIterations() {
  Rival Other;
  long Kept;
  long Sum = 0;
  for (int I = 0; I < 5; ++I)
    STM_ATOMIC {
      if (I == 0)
        Kept = 1;
      Kept *= 2;
      Sum += Kept;
      if (I == 3)
        Other.strike();
    }
  EXPECT(Sum == 2 + 4 + 8 + 16 + 32);
}

void pointedToAfterwards() {
  long Target;
  long *P = nullptr;
  STM_ATOMIC {
    P = &Target;
    Target = 5;
  }
  EXPECT(*P == 5);
}

void ownObjects() {
  Rival Other;
  long Destroyed = 0;
  struct Counts {
    long &N;
    ~Counts() { ++N; }
  };
  STM_ATOMIC {
    EXPECT(Destroyed == 0);
    Counts Own{Destroyed};
    std::vector<std::string> More(3, "as long as it takes to be on the heap");
    for (std::string &S : More) {
      Counts Each{Destroyed};
      S += "!";
    }
    EXPECT(Destroyed == 3);
    Other.strike();
  }
  EXPECT(Destroyed == 4);
}

struct Object {
  long Field = 1;
  long method(long X) {
    Rival Other;
    STM_ATOMIC {
      Field += X;
      this->Field += 1;
      Other.strike();
      return Field;
    }
  }
  template <class T> long generic(T X) {
    STM_ATOMIC { return Field += X; }
  }
};

void variableLength(int N) {
  Rival Other;
  long Outer[N];
  for (int I = 0; I < N; ++I)
    Outer[I] = I;
  long Sum = 0;
  STM_ATOMIC {
    long Inner[N * 2];
    for (int I = 0; I < 2 * N; ++I)
      Inner[I] = I;
    for (int I = 0; I < N; ++I) {
      EXPECT(Outer[I] == I);
      Outer[I] += Inner[2 * I];
      Sum += Outer[I];
    }
    Other.strike();
  }
  EXPECT(Sum == 3 * N * (N - 1) / 2 && Outer[N - 1] == 3 * (N - 1));
}

auto fromLambda() {
  return [N = 1]() mutable {
    Rival Other;
    STM_ATOMIC {
      ++N;
      Other.strike();
    }
    return N;
  };
}

void deepInLoops() {
  long Count = 0;
  for (int I = 0; I != 100; ++I)
    for (int J = 0; J != 10; ++J)
      STM_ATOMIC {
        if (J == 5)
          continue;
        Count += I & 1;
      }
  EXPECT(Count == 50 * 9);
}

int main() {
  long Reference = 103;
  Large Big = {};
  Big.Word[19] = 102;
  allKinds(100, {101, 0}, Big, Reference);
  keptOverIterations();
  pointedToAfterwards();
  ownObjects();
  Object O;
  EXPECT(O.method(2) == 4 && O.generic(1) == 5 && O.generic(2L) == 7);
  variableLength(10);
  EXPECT(fromLambda()() == 2);
  deepInLoops();
  // The one with a volatile variable.
  EXPECT(inevitableSoFar() == 1 && abortsSoFar() == 6);
}
