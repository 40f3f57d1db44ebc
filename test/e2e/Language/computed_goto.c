//===- e2e/Language/computed_goto.c - interpreters in blocks --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An interpreter whose labels stand in a table runs programs in blocks, and
// plainly. Two threads add to shared variables by such programs.
//
// RUN: %all_levels %t %s %stmcc
// RUN: %if !sanitized %{ %stmcc -O2 -flto %s -o %t.lto && %t.lto | FileCheck %s %}
// RUN: STM_OPTIONS=report=full:report_path=%t.report %t.O2 | FileCheck %s
// CHECK: 60000 -60000, 14 plainly, inevitable 0
//
//===----------------------------------------------------------------------===//

#include <pthread.h>
#include <stdio.h>
#include <stm/stm.h>

enum { End, Push, Add, Load, Store, JumpIfLess };

/// By addresses.
__attribute__((noinline)) static long run(const signed char *Code,
                                          long *Variables) {
  static const void *const Labels[] = {&&End,  &&Push,  &&Add,
                                       &&Load, &&Store, &&JumpIfLess};
  long Stack[8], *Top = Stack;
  const signed char *Begin = Code;
#define NEXT goto *Labels[*Code++]
  NEXT;
Push:
  *Top++ = *Code++;
  NEXT;
Add:
  --Top;
  Top[-1] += *Top;
  NEXT;
Load:
  *Top++ = Variables[*Code++];
  NEXT;
Store:
  Variables[*Code++] = *--Top;
  NEXT;
JumpIfLess:
  Top -= 2;
  Code = Top[0] < Top[1] ? Begin + *Code : Code + 1;
  NEXT;
End:
  return Top == Stack ? 0 : Top[-1];
#undef NEXT
}

/// By their distances.
__attribute__((noinline)) static long runByOffsets(const signed char *Code,
                                                   long *Variables) {
  static const int Offsets[] = {&&End - &&End, &&Push - &&End, &&Add - &&End,
                                &&Load - &&End, &&Store - &&End};
  long Stack[8], *Top = Stack;
#define NEXT goto *(&&End + Offsets[*Code++])
  NEXT;
Push:
  *Top++ = *Code++;
  NEXT;
Add:
  --Top;
  Top[-1] += *Top;
  NEXT;
Load:
  *Top++ = Variables[*Code++];
  NEXT;
Store:
  Variables[*Code++] = *--Top;
  NEXT;
End:
  return Top == Stack ? 0 : Top[-1];
#undef NEXT
}

/// Variable 0 by three, one at a time; 2 is the counter.
static const signed char Up[] = {Push, 0, Store, 2,                       //
                                 Load, 0, Push,  1, Add,        Store, 0, //
                                 Load, 2, Push,  1, Add,        Store, 2, //
                                 Load, 2, Push,  3, JumpIfLess, 4,        //
                                 End};
static const signed char Down[] = {Load, 1, Push, -3, Add, Store, 1, End};
static long Variables[3];

/// These have put something else in the tables' places before the plugin sees
/// them, so such functions run as they stand.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { IsSanitized = 1 };
#else
enum { IsSanitized = 0 };
#endif

static void *work(void *None) {
  for (int I = 0; I != 10000; ++I)
    STM_ATOMIC {
      run(Up, Variables);
      runByOffsets(Down, Variables);
    }
  return None;
}

int main(void) {
  pthread_t Other;
  pthread_create(&Other, 0, work, 0);
  work(0);
  pthread_join(Other, 0);
  static const signed char Sum[] = {Push, 6, Push, 8, Add, End};
  long Plainly[3], Result = run(Sum, Plainly);
  struct stm_stats S;
  stm_get_stats(&S);
  printf("%ld %ld, %ld plainly, inevitable %lu\n", Variables[0], Variables[1],
         Result == runByOffsets(Sum, Plainly) ? Result : -1,
         IsSanitized ? 0 : (unsigned long)S.inevitable);
}
