// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
struct Pair { long A, B; };
// CHECK-LABEL: define internal void @_ZGTt11f.stm_block(
// CHECK-NOT: __stm_
// CHECK: ret void
long f(long X, long Y) {
  struct Pair P = {X, Y}, Q = {1, 2};
  STM_ATOMIC {
    P.A += Q.B;
    Q = P;
    P.B = Q.A;
  }
  return P.A + P.B + Q.B;
}
