//===- e2e/Interface/transaction_without_plugin.cpp -----------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body would not be atomic, so the program ends at start with a message
// that names file or function, and the remedy.
//
// RUN: %cxx -O1 %s -o %t %link
// RUN: not %t 2>&1 | FileCheck %s
// CHECK: functions marked STM_TRANSACTION
// CHECK-SAME: compiled without the stm pass plugin
// CHECK-SAME: Compile that file with stm-clang
// CHECK-NOT: main runs
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <stm/stm.h>

long X = 0;
STM_TRANSACTION void body() { ++X; }

int main() {
  puts("main runs");
  body();
}
