//===- e2e/Language/longjmp.c - setjmp and longjmp inside a block -*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both in one transaction, which is inevitable from the setjmp on.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmcc -std=gnu11
//
//===----------------------------------------------------------------------===//

#include <setjmp.h>
#include <stdio.h>
#include <stm/stm.h>

static jmp_buf Back;
long Shared;

__attribute__((noinline)) static void leave(int Value) {
  ++Shared;
  longjmp(Back, Value);
}

STM_TRANSACTION int body(void) {
  volatile int Before = 1;
  int Value = setjmp(Back);
  if (Value == 0) {
    Before = 2;
    leave(7);
  }
  return Value * 10 + Before;
}

int main(void) {
  int Result = body();
  if (Result != 72 || Shared != 1) {
    fprintf(stderr, "expected 72 and 1, not %d and %ld\n", Result, Shared);
    return 1;
  }
  return stm_in_transaction();
}
