// RUN: %cc -mllvm -stm-inline=never -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
void lend(int *);
// CHECK-LABEL: define {{.*}} @f(
// CHECK: [[LENT:%.*]] = alloca i32
// CHECK: store ptr [[LENT]], ptr
// CHECK: call i32 @__stm_atomic_wf_tx(
// CHECK-LABEL: define internal void @_ZGTt11f.stm_block(
// CHECK: [[ADDRESS:%.*]] = load ptr, ptr %0
// CHECK: call i32 @__stm_read_to_write_u32(ptr {{.*}}[[ADDRESS]])
// CHECK: call void @__stm_write_read_u32(ptr {{.*}}[[ADDRESS]],
int f(void) {
  int Lent = 0;
  lend(&Lent);
  STM_ATOMIC { ++Lent; }
  return Lent;
}
