// RUN: %cc -O0 %s %emit | FileCheck %s
#include <stm/stm.h>
int G;
STM_TRANSACTION void inner(void) { ++G; }
// CHECK-LABEL: define {{.*}} @_ZGTt5inner(
// CHECK-NOT: __stm_atomic
// CHECK: call void @_ZGTt15inner.stm_thunk(
// CHECK: ret
STM_TRANSACTION void outer(void) { inner(); }
