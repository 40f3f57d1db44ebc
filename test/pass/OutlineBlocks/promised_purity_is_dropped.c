// RUN: %cc -O2 %s %emit | FileCheck %s
#include <stm/stm.h>
int Flag;
// CHECK-LABEL: define {{.*}} @twice(
// CHECK: __stm_atomic_ro_lazy_tx
// CHECK: __stm_atomic_ro_lazy_tx
// CHECK: ret
__attribute__((pure)) static int ready(void) {
  STM_ATOMIC { return Flag; }
}
int twice(void) { return ready() + ready(); }
