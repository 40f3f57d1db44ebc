// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Writes outside of loops are calls where there are many. Those in loops, and
// reads, are inlined all the same.

// RUN: %cc -O1 %emit %s | FileCheck %s

// CHECK-LABEL: define {{.*}} @_ZGTt3few(
// CHECK-NOT: @__stm_write_u64
// CHECK: ret
void few(long **P) {
  *P[0] = 1;
  *P[1] = 2;
}

// CHECK-LABEL: define {{.*}} @_ZGTt4many(
// CHECK-NOT: @__stm_read_u64
// CHECK-COUNT-5: call void @__stm_write_u64
// CHECK: @__stm_write_first_u64
// CHECK: ret
void many(long **P, long Count) {
  *P[0] = 1;
  *P[1] = 2;
  *P[2] = 3;
  *P[3] = 4;
  *P[4] = 5;
#pragma clang loop unroll(disable)
  for (long I = 5; I < Count; ++I)
    *P[I] = I;
}
