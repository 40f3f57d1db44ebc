// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Most of the time nothing is left to wait for, and nothing to stamp: that is looked at
// in the code itself, and the store is behind it as it was.
// RUN: %cc -O2 %emit %s | FileCheck %s
#include <stm/stm.h>
long Count;
// CHECK-LABEL: define {{.*}} @note(
// CHECK: @__stm_current
// CHECK-NOT: @__stm_settle
// CHECK: call {{.*}}@__stm_atomic_{{(wf_)?}}lazy_tx
// CHECK-NOT: @__stm_settle
// CHECK: [[SELF:%.*]] = load ptr
// CHECK-NEXT: [[LEFT:%.*]] = getelementptr inbounds{{.*}} [[SELF]]
// CHECK-NEXT: [[TIME:%.*]] = load i64, ptr [[LEFT]]
// CHECK-NEXT: [[NONE:%.*]] = icmp eq i64 [[TIME]], 0
// CHECK-NEXT: br i1 [[NONE]], label %[[STORE:.*]], label %[[STAMP:[^,]*]]
// CHECK: [[STAMP]]:
// CHECK-NEXT: call void @__stm_settle(ptr {{.*}}, i64 {{.*}}8)
// CHECK-NEXT: br label %[[STORE]]
// CHECK: [[STORE]]:
// CHECK-NEXT: store i64 {{%.*}}, ptr
// CHECK-NOT: @__stm_settle
// CHECK: {{^}}}
void note(long *Last, int N) {
  for (int I = 0; I != N; ++I) {
    STM_ATOMIC { Count += I; }
    *Last = I;
  }
}
// Where code is to be small it is a call.
// CHECK-LABEL: define {{.*}} @note_briefly(
// CHECK-NOT: @__stm_current
// CHECK: call void @__stm_settle(
// CHECK-NEXT: store i64
// CHECK-NOT: @__stm_current
// CHECK: {{^}}}
__attribute__((minsize)) void note_briefly(long *Last, int N) {
  for (int I = 0; I != N; ++I) {
    STM_ATOMIC { Count += I; }
    *Last = I;
  }
}
