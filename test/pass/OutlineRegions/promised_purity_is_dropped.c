// RUN: %cc -O2 %s %emit | FileCheck %s
#include <stm/stm.h>
int Flag;
STM_TRANSACTION __attribute__((pure)) int ready(void) { return Flag; }
// CHECK-LABEL: define {{.*}} @twice(
// CHECK: __stm_atomic_ro_tx
// CHECK: __stm_atomic_ro_tx
// CHECK: ret
int twice(void) { return ready() + ready(); }
