//===- e2e/BadInput/variadic_transaction.c - STM_TRANSACTION on f(...) ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its arguments can't be passed on: an error with file and line.
//
// RUN: not %stmcc -O0 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmcc -O2 -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: variadic_transaction.c:{{[0-9]+}}
// CHECK-NOT: PLEASE submit a bug report
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

STM_TRANSACTION int body(int Count, ...) { return Count; }

int main(void) { return body(0, 1, 2); }
