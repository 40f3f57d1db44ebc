// What follows the block is reached, with the variables as they were before, also
// where all of the block's own exits return.
// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
long X;
// CHECK-LABEL: define {{.*}} @f(
// CHECK: [[HOW:%.*]] = call i32 @__stm_atomic_tx(
// CHECK: [[DONE:%.*]] = icmp eq i32 [[HOW]], 0
// CHECK: br i1 [[DONE]]
// CHECK: phi i32 [ {{.*}} ], [ 7, %{{.*}} ]
// CHECK: ret i32
int f(int No) {
  STM_ATOMIC {
    if (No)
      stm_cancel();
    return X++;
  }
  return 7;
}
