// RUN: %cc -O0 %s %emit | FileCheck %s
#include <stm/stm.h>
struct S { long A[5]; } G;
// CHECK-LABEL: define {{.*}} @change.stm_body(ptr {{.*}}sret(%struct.S)
// CHECK-LABEL: define {{.*}}void @change(ptr {{.*}}sret(%struct.S)
// CHECK: call i32 @__stm_atomic
// CHECK-LABEL: define internal void @change.stm_thunk(
// CHECK: call void @change.stm_body(ptr {{.*}}sret(%struct.S) {{.*}}, ptr {{.*}}byval(%struct.S)
// CHECK-LABEL: define internal void @_ZGTt16change.stm_thunk(
// CHECK: call void @__stm_read_range(ptr
// CHECK: call void @_ZGTt15change.stm_body(
STM_TRANSACTION struct S change(struct S X) {
  G = X;
  X.A[1]++;
  return X;
}
