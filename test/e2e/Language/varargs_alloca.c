//===- e2e/Language/varargs_alloca.c - variadic callees, VLAs, alloca -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C's ways to have memory on the stack.
//
// RUN: %two_levels %t %s %stmcc -std=gnu11
//
//===----------------------------------------------------------------------===//

#include <alloca.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <stm/stm.h>
#include <string.h>

long Shared;

static long sum(int Count, ...) {
  va_list Arguments;
  va_start(Arguments, Count);
  long Sum = 0;
  for (int I = 0; I != Count; ++I)
    Sum += va_arg(Arguments, long);
  double Last = va_arg(Arguments, double);
  va_end(Arguments);
  Shared += Sum;
  return Sum + (long)Last;
}

static long forward(int Count, va_list Arguments) {
  long Sum = 0;
  while (Count--)
    Sum += va_arg(Arguments, int);
  return Sum;
}

static long outer(int Count, ...) {
  va_list Arguments, Copy;
  va_start(Arguments, Count);
  va_copy(Copy, Arguments);
  long Sum = forward(Count, Arguments) + forward(Count, Copy);
  va_end(Copy);
  va_end(Arguments);
  return Sum;
}

STM_TRANSACTION long body(int N) {
  long Array[N];
  for (int I = 0; I != N; ++I)
    Array[I] = I;
  char *Text = alloca((size_t)N);
  memset(Text, 'x', (size_t)N);
  long Sum = 0;
  for (int I = 0; I != N; ++I) {
    long *Inner = alloca(sizeof(long));
    *Inner = Array[I];
    Sum += *Inner + (Text[I] == 'x');
  }
  struct {
    int A;
    long B[8];
  } Local = {1, {2}}, Copy;
  Copy = Local;
  Shared += Copy.A + Copy.B[0] + Copy.B[7];
  return Sum + sum(3, 1L, 2L, 3L, 4.0) + outer(2, 5, 6);
}

int main(void) {
  long Result = body(10);
  if (Result != 55 + 10 + 22 || Shared != 9) {
    fprintf(stderr, "expected 87 and 9, not %ld and %ld\n", Result, Shared);
    return 1;
  }
  return 0;
}
