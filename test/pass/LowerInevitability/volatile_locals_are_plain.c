// RUN: %cc -O1 %s %emit | FileCheck %s
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK-NOT: __stm_become_inevitable
// CHECK: load volatile
int f(void) {
  volatile int Local = 1;
  return Local;
}
