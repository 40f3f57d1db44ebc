// RUN: %cc -O1 -fno-builtin %s %emit | FileCheck %s
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK-NOT: __stm_wrap
// CHECK: ret
int malloc(char *);
int f(char *P) { return malloc(P); }
