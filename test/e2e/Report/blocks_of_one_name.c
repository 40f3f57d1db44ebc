//===- e2e/Report/blocks_of_one_name.c - told apart by their lines --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lock that has become blocks in many places gives them all its name.
//
// RUN: %stmcc -O2 %s -o %t
// RUN: STM_OPTIONS=report=full %t 2>&1 | FileCheck %s
// CHECK: blocks, by time
// CHECK-DAG: "stats" at {{.*}}blocks_of_one_name.c:[[@LINE+9]]: {{[0-9]+}} exec
// CHECK-DAG: "stats" at {{.*}}blocks_of_one_name.c:[[@LINE+11]]: {{[0-9]+}} exec
// CHECK-DAG: "another": {{[0-9]+}} exec
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>
static long A, B;
__attribute__((noinline)) static void first(void) {
  STM_ATOMIC_NAMED("stats") { ++A; }
}
__attribute__((noinline)) static void second(void) {
  STM_ATOMIC_NAMED("stats") { ++B; }
}
int main(void) {
  for (int I = 0; I != 20000; ++I) {
    first();
    second();
    STM_ATOMIC_NAMED("another") { A += B; }
  }
}
