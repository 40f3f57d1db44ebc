// Sleeping lets others go on: the code after it keeps its barriers, what needs to
// run alone has a check of its own, and what does already needs none.
// RUN: %cc -O1 -mllvm -stm-inline=never %emit %s | FileCheck %s
#include <stm/stm.h>
#include <unistd.h>
volatile int V;
int X;
// CHECK-LABEL: define {{.*}}@_ZGTt6beside(
// CHECK: call void @__stm_become_inevitable_beside(
// CHECK-NOT: @__stm_become_inevitable
// CHECK: call i32 @usleep(
// CHECK-NOT: @__stm_become_inevitable
// CHECK: call i32 @usleep(
// CHECK: call void @__stm_write_u32(
// CHECK: ret void
STM_SAFE void beside(void) {
  usleep(1);
  usleep(2);
  X = 1;
}
// CHECK-LABEL: define {{.*}}@_ZGTt4both(
// CHECK: call void @__stm_become_inevitable_beside(
// CHECK: call i32 @usleep(
// CHECK: call void @__stm_become_inevitable(
// CHECK: store volatile
// CHECK-NOT: @__stm_become_inevitable
// CHECK: call i32 @usleep(
// CHECK: ret void
STM_SAFE void both(void) {
  usleep(1);
  V = 1;
  usleep(2);
}
