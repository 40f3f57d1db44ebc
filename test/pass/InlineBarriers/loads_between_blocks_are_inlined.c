// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Most of the time nothing is left to wait for: that is looked at in the code
// itself, each time, as the thread may get its descriptor between two of them.
// RUN: %cc -O2 %emit %s | FileCheck %s
#include <stm/stm.h>
long Count;
// CHECK-LABEL: define {{.*}} @sum(
// CHECK: @__stm_current
// CHECK: [[SELF:%.*]] = load ptr
// CHECK-NEXT: [[LEFT:%.*]] = getelementptr inbounds{{.*}} [[SELF]]
// CHECK-NEXT: [[TIME:%.*]] = load i64, ptr [[LEFT]]
// CHECK-NEXT: icmp eq i64 [[TIME]], 0
// CHECK: call {{.*}}@__stm_settled_read_u64
// CHECK: fence syncscope("singlethread")
// CHECK-NEXT: load atomic i64, {{.*}} seq_cst
// CHECK: call {{.*}}@__stm_atomic_{{(wf_)?}}lazy_tx
// CHECK: ret void
void sum(long *From, int N) {
  for (int I = 0; I != N; ++I) {
    long X = From[I];
    STM_ATOMIC { Count += X; }
  }
}
