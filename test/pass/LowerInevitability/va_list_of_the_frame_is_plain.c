// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stdarg.h>
struct H { va_list A; };
// CHECK-LABEL: define {{.*}} @_ZGTt3own(
// CHECK-NOT: __stm_become_inevitable
// CHECK: ret
int own(int N, ...) {
  va_list A;
  va_start(A, N);
  int R = va_arg(A, int);
  va_end(A);
  return R;
}
// CHECK-LABEL: define {{.*}} @_ZGTt6shared(
// CHECK: call void @__stm_become_inevitable(ptr @"stm.reason.memory intrinsic llvm.va_start
void shared(struct H *P, int N, ...) { va_start(P->A, N); }
