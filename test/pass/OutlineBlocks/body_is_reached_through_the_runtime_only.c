// Without this, the loop would be folded.
// RUN: %cc -mllvm -stm-inline=never -O2 %s %emit | FileCheck %s
#include <stm/stm.h>
int Flag;
// CHECK-LABEL: define {{.*}} @wait(
// CHECK: [[LOOP:[0-9a-z]+]]:
// CHECK: call i32 @__stm_atomic_ro_lazy_tx(ptr {{.*}}@wait.stm_block, ptr {{.*}}@_ZGTt14wait.stm_block,
// CHECK: br {{.*}}label %[[LOOP]]
// CHECK-LABEL: define internal void @_ZGTt14wait.stm_block(
// CHECK: call i32 @__stm_read_u32(ptr {{.*}}@Flag)
void wait(void) {
  int Ready;
  do
    STM_ATOMIC { Ready = Flag; }
  while (!Ready);
}
