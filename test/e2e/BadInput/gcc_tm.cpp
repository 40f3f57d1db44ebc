//===- e2e/BadInput/gcc_tm.cpp - what isn't mapped --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RUN: not %stmxx -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmxx -DEXPRESSION -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=EXPRESSION
// RUN: not %stmxx -DOUTER -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=OUTER
//
//===----------------------------------------------------------------------===//

#include <stm/gcc_tm.h>

int X;
void original(int);
// CHECK: gcc_tm.cpp:[[#@LINE+1]]:{{.*}}error: transaction_wrap is not supported: use STM_WRAPS
__attribute__((transaction_wrap(original))) void wrapper(int);
#ifdef OUTER
void i() {
  __transaction_atomic {
    // OUTER: gcc_tm.cpp:[[#@LINE+1]]:{{.*}}error: an attribute list cannot appear here
    __transaction_cancel [[outer]];
  }
}
#elif !defined(EXPRESSION)
// CHECK: gcc_tm.cpp:[[#@LINE+1]]:{{.*}}error:
void g() __transaction_atomic { ++X; }
#else
// EXPRESSION: gcc_tm.cpp:[[#@LINE+1]]:{{.*}}error:
int h() { return __transaction_atomic(X + 1); }
#endif
