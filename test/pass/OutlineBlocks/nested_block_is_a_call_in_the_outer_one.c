// RUN: %cc -O0 %s %emit | FileCheck %s
#include <stm/stm.h>
int G;
// CHECK-LABEL: define {{.*}} @f(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}tx(ptr {{.*}}@f.stm_block.2,
// CHECK-NOT: __stm_atomic
// CHECK: ret
// CHECK-LABEL: define internal void @f.stm_block.2(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}tx(ptr {{.*}}@f.stm_block,
// CHECK-LABEL: define internal void @_ZGTt13f.stm_block.2(
// CHECK-NOT: __stm_atomic
// CHECK: call void @_ZGTt11f.stm_block(
void f(void) {
  STM_ATOMIC {
    STM_ATOMIC { ++G; }
  }
}
