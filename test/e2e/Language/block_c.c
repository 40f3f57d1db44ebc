//===- e2e/Language/block_c.c - STM_ATOMIC { ... } in C -----------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All exits, and that an attempt which is rolled back leaves nothing behind.
//
// RUN: %stmxx -O1 -c %inputs/c_rival.cpp -o %t.rival.o
// RUN: %levels %t %s %stmcc -std=c11 -Wall -Wextra -Werror %t.rival.o -lstdc++
// RUN: %two_levels %t.g %s %stmcc -std=gnu99 -g %t.rival.o -lstdc++
// RUN: %two_levels %t.e %s %stmcc -std=c2x -fexceptions %t.rival.o -lstdc++
// RUN: %at_O2 %t.lto %s %stmcc -flto -fuse-ld=lld %t.rival.o -lstdc++
//
//===----------------------------------------------------------------------===//

#include "c_rival.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static long Global;

struct Pair {
  long A, B;
};

static void end(void) {
  long Local = 1;
  struct Pair P = {2, 3};
  char Text[100] = "before";
  newRival();
  STM_ATOMIC {
    EXPECT(Local == 1 && P.A == 2 && Global == 0 && !strcmp(Text, "before"));
    ++Local;
    ++P.A;
    ++Global;
    strcpy(Text, "after");
    strike();
  }
  EXPECT(Local == 2 && P.A == 3 && Global == 1 && !strcmp(Text, "after"));
  EXPECT(!stm_in_transaction());
}

static int returned(int X) {
  newRival();
  STM_ATOMIC_NAMED("return") {
    if (X > 5) {
      ++X;
      strike();
      return X;
    }
    --X;
  }
  return -X;
}

static int alwaysReturned(int X) {
  STM_ATOMIC { return ++X; }
}

static struct Pair returnedStruct(long X) {
  newRival();
  STM_ATOMIC {
    struct Pair P = {X, X + 1};
    strike();
    return P;
  }
}

static int wentTo(int X) {
  int Visited = 0;
  newRival();
Again:
  ++Visited;
  STM_ATOMIC {
    ++X;
    if (X == 3)
      strike();
    if (X < 3)
      goto Again;
    if (X > 5)
      goto Far;
    goto End;
  End:;
  }
  return X * 100 + Visited;
Far:
  return -X * 100 - Visited;
}

static int loops(int N) {
  int Sum = 0;
  for (int I = 0; I < N; ++I)
    STM_ATOMIC {
      for (int J = 0; J < 10; ++J) {
        if (J == 3)
          continue;
        if (J == 5)
          break;
        Sum += J;
      }
      switch (I) {
      case 1:
        Sum += 100;
        break;
      default:
        ++Sum;
      }
      if (I == 7)
        goto Out;
    }
Out:
  return Sum;
}

static int variableLength(int N) {
  int Outer[N];
  memset(Outer, 0, sizeof(Outer));
  int Sum = 0;
  newRival();
  STM_ATOMIC {
    int Inner[2 * N];
    for (int I = 0; I < 2 * N; ++I)
      Inner[I] = I;
    for (int I = 0; I < N; ++I)
      Outer[I] += Inner[2 * I];
    for (int I = 0; I < N; ++I)
      Sum += Outer[I];
    if (Sum > 20) {
      strike();
      return Sum;
    }
  }
  return -Sum;
}

static void cleanUp(int *P) { Global += *P; }

static int withCleanup(int X) {
  Global = 0;
  newRival();
  STM_ATOMIC {
    int Own __attribute__((cleanup(cleanUp))) = X;
    strike();
    if (X == 1)
      return 10;
    if (X == 2)
      goto Out;
    Own = 5;
  }
  return 20;
Out:
  return 30;
}

static int withElse(int X) {
  if (X)
    STM_ATOMIC { X = 5; }
  else
    X = 6;
  return X;
}

static int nested(int X) {
  int Local = 0;
  newRival();
  STM_ATOMIC {
    ++Local;
    STM_ATOMIC {
      ++Local;
      STM_ATOMIC {
        strike();
        if (X == 3)
          return Local;
        if (X == 2)
          goto Middle;
      }
      ++Local;
    Middle:
      ++Local;
    }
    ++Local;
  }
  return Local * 10;
}

STM_TRANSACTION static int inMarked(int X) {
  STM_ATOMIC { X += 2; }
  STM_ATOMIC { return X * 2; }
}

static int jumped(void) {
  jmp_buf Buffer;
  int Result;
  STM_ATOMIC {
    Result = setjmp(Buffer);
    EXPECT(stm_is_inevitable());
    if (Result == 0)
      longjmp(Buffer, 7);
  }
  return Result;
}

static int conditional(int X) {
  int *P = malloc(sizeof(int));
  STM_ATOMIC {
    *P = X ? (X > 1 && Global >= 0 ? 5 : 6) : ({
      STM_ATOMIC { ++X; }
      X;
    });
  }
  int Result = *P;
  free(P);
  return Result;
}

int main(void) {
  end();
  EXPECT(returned(7) == 8 && returned(2) == -1 && alwaysReturned(1) == 2);
  EXPECT(returnedStruct(1).B == 2);
  EXPECT(wentTo(0) == 303 && wentTo(5) == -601);
  EXPECT(loops(3) == 7 * 3 + 102 && loops(100) == 7 * 8 + 107);
  EXPECT(variableLength(3) == -6 && variableLength(10) == 90);
  EXPECT(withCleanup(1) == 10 && Global == 1);
  EXPECT(withCleanup(2) == 30 && Global == 2);
  EXPECT(withCleanup(3) == 20 && Global == 5);
  EXPECT(withElse(1) == 5 && withElse(0) == 6);
  EXPECT(nested(1) == 50 && nested(2) == 40 && nested(3) == 2);
  EXPECT(inMarked(1) == 6);
  EXPECT(conditional(0) == 1 && conditional(1) == 6 && conditional(2) == 5);
  struct stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.inevitable == 0);
  EXPECT(jumped() == 7);
  return 0;
}
