// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK: call void @stm_become_inevitable(
// CHECK-NOT: @__stm_become_inevitable(
// CHECK: store volatile
int f(volatile int *P) {
  stm_become_inevitable("mine");
  *P = 1;
  return 0;
}
