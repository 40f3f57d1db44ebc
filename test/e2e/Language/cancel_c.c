//===- e2e/Language/cancel_c.c - blocks that are cancelled, in C ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RUN: %levels %t %s %stmcc -std=c11 -Wall -Wextra -Werror
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

#include <stdio.h>
#include <stdlib.h>

#define EXPECT(Condition)                                                      \
  do {                                                                         \
    if (!(Condition)) {                                                        \
      fprintf(stderr, "%d: expected %s\n", __LINE__, #Condition);              \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static long X;

static int falls(int Cancel) {
  int Local = 1;
  STM_ATOMIC {
    Local = 2;
    X = 1;
    if (Cancel)
      stm_cancel();
  }
  return Local;
}

static int returns(int How) {
  int Local = 1;
  STM_ATOMIC {
    Local = 2;
    X = 2;
    if (How == 0)
      stm_cancel();
    if (How == 1)
      return 10;
    if (How == 2)
      goto out;
    return 11;
  }
  return Local;
out:
  return Local + 100;
}

static int nested(int How) {
  int Local = 0;
  STM_ATOMIC {
    Local += 1;
    STM_ATOMIC {
      Local += 10;
      if (How == 1)
        stm_cancel();
      if (How == 3)
        stm_cancel_outer();
    }
    Local += 100;
    if (How == 2)
      stm_cancel();
  }
  return Local;
}

STM_TRANSACTION static int function(int Cancel) {
  X = 3;
  if (Cancel)
    stm_cancel();
  return 5;
}

int main(void) {
  EXPECT(falls(1) == 1 && X == 0);
  EXPECT(falls(0) == 2 && X == 1);
  X = 0;
  EXPECT(returns(0) == 1 && X == 0);
  EXPECT(returns(1) == 10 && X == 2);
  EXPECT(returns(2) == 102);
  EXPECT(returns(3) == 11);
  EXPECT(nested(0) == 111);
  EXPECT(nested(1) == 101);
  EXPECT(nested(2) == 0);
  EXPECT(nested(3) == 0);
  X = 0;
  EXPECT(function(1) == 0 && X == 0);
  EXPECT(function(0) == 5 && X == 3);
  struct stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.inevitable == 0);
  return 0;
}
