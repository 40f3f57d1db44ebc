// Without this, the loop would be folded: ready() reads a global that nobody
// writes in between.
// RUN: %cc -O2 %s %emit | FileCheck %s
#include <stm/stm.h>
int Flag;
STM_TRANSACTION int ready(void) { return Flag; }
// CHECK-LABEL: define {{.*}} @wait(
// CHECK: [[LOOP:[0-9a-z]+]]:
// CHECK: call i32 @__stm_atomic_ro_tx(ptr {{.*}}@ready.stm_thunk, ptr {{.*}}@_ZGTt15ready.stm_thunk,
// CHECK: br i1 {{.*}}, label %[[LOOP]]
void wait(void) {
  while (!ready())
    ;
}
