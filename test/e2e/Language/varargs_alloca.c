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
#include <pthread.h>
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

/// Looks at the list of who calls it, and leaves it as it is.
__attribute__((noinline)) static long twice(int Count, va_list *Of) {
  va_list Copy;
  va_copy(Copy, *Of);
  long Sum = forward(Count, Copy);
  va_end(Copy);
  return 2 * Sum;
}

/// As a formatting function does to find out how long the text is.
__attribute__((noinline)) static int format(char *To, size_t Room,
                                            const char *Format, va_list Of) {
  va_list Copy;
  va_copy(Copy, Of);
  int Length = vsnprintf(NULL, 0, Format, Copy);
  va_end(Copy);
  int Written = vsnprintf(To, Room, Format, Of);
  return Length == Written ? Length : -1;
}
__attribute__((noinline)) static int formatted(char *To, size_t Room,
                                               const char *Format, ...) {
  va_list Arguments;
  va_start(Arguments, Format);
  int Length = format(To, Room, Format, Arguments);
  va_end(Arguments);
  return Length;
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

static long around(int Count, ...) {
  va_list Arguments;
  va_start(Arguments, Count);
  long Sum = twice(Count, &Arguments) + forward(Count, Arguments);
  va_end(Arguments);
  return Sum;
}

char Text[32];

/// Copies of others' lists make no block inevitable. (In a thread: of a lone one
/// blocks have no barriers.)
static void *copies(void *Unused) {
  long Sum;
  int Length;
  STM_ATOMIC {
    Sum = around(2, 5, 6);
    Length = formatted(Text, sizeof(Text), "%d-%s-%.1f", 7, "text", 1.5);
  }
  struct stm_stats Stats;
  stm_get_stats(&Stats);
  if (Sum != 33 || Length != 10 || strcmp(Text, "7-text-1.5") ||
      Stats.inevitable != 0) {
    fprintf(stderr, "expected 33 and 10, not %ld and %d: %s; %lu inevitable\n",
            Sum, Length, Text, (unsigned long)Stats.inevitable);
    exit(1);
  }
  return Unused;
}

int main(void) {
  long Result = body(10);
  if (Result != 55 + 10 + 22 || Shared != 9) {
    fprintf(stderr, "expected 87 and 9, not %ld and %ld\n", Result, Shared);
    return 1;
  }
  pthread_t Thread;
  pthread_create(&Thread, NULL, copies, NULL);
  pthread_join(Thread, NULL);
  return 0;
}
