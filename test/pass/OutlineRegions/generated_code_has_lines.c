// RUN: %cc -O0 -g %s %emit > %t.ll
// RUN: %verify %t.ll 2>&1 | FileCheck %s --allow-empty --check-prefix=CLEAN
// RUN: FileCheck %s < %t.ll
// CLEAN-NOT: {{.}}
#include <stm/stm.h>
// CHECK-LABEL: define {{.*}} @f(
// CHECK: call i32 @__stm_atomic_wf_tx({{.*}}, !dbg
// CHECK-LABEL: define {{.*}} @f.stm_thunk(
// CHECK: call {{.*}} @f.stm_body({{.*}}, !dbg
STM_TRANSACTION int f(int *P) { return ++*P; }
