// RUN: %cxx -O1 %s %emit | FileCheck %s
int compute();
// CHECK-LABEL: define {{.*}} @_ZGTt1fv(
// CHECK-NOT: __stm_
// CHECK: load atomic i8, ptr @_ZGVZ1fvE1X acquire
// CHECK: br i1
// CHECK: call void @__stm_become_inevitable(ptr @"stm.reason.call to __cxa_guard_acquire")
int f() {
  static int X = compute();
  return X;
}
