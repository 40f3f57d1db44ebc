// What is only read goes in, what is written comes out by another field: the
// attempt that wrote it may be rolled back, or the block cancelled.
// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
// CHECK-LABEL: define {{.*}} @f(
// CHECK: [[PACK:%.*]] = alloca { i32, i32, i32 }
// CHECK: store i32 %{{.*}}, ptr [[PACK]]
// CHECK: call i32 @__stm_atomic_ro_tx({{.*}}ptr {{.*}}[[PACK]]
// CHECK: [[OUT:%.*]] = load i32
// CHECK: [[RESULT:%.*]] = phi i32 [ [[OUT]], %{{.*}} ], [ %1, %{{.*}} ]
// CHECK: ret i32 [[RESULT]]
// CHECK-LABEL: define internal void @_ZGTt11f.stm_block(
// CHECK-NOT: __stm_
// CHECK: ret void
int f(int Read, int Written) {
  STM_ATOMIC { Written += Read; }
  return Written;
}
