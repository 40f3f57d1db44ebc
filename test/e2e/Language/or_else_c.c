//===- e2e/Language/or_else_c.c - alternatives in C -----------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Without the plugin the second block never runs.
//
// RUN: %levels %t %s %stmcc -std=c11 -Wall -Wextra -Werror
// RUN: %cc -std=c11 -DPLAIN %s -o %t.plain %link
// RUN: env STM_OPTIONS=report=none %t.plain
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

static long X, Y;

static int choose(int How) {
  int Local = 1;
  STM_ATOMIC {
    Local = 2;
    ++X;
    if (How == 1)
      stm_retry();
    if (How == 2)
      return 10;
    if (How == 3)
      goto out;
  }
  STM_OR_ELSE {
    Local += 4;
    ++Y;
  }
  return Local;
out:
  return -Local;
}

int main(void) {
  EXPECT(choose(0) == 2 && X == 1 && Y == 0);
  EXPECT(choose(2) == 10);
  EXPECT(choose(3) == -2 && X == 3 && Y == 0);
#ifndef PLAIN
  EXPECT(choose(1) == 5 && X == 3 && Y == 1);
#endif
  return 0;
}
