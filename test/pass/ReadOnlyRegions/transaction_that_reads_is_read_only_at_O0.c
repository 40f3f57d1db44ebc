// RUN: %cc -O0 %s %emit | FileCheck %s --implicit-check-not="call i32 @__stm_atomic_tx"
// RUN: %cc -O2 %s %emit | FileCheck %s --implicit-check-not="call i32 @__stm_atomic_tx"
#include <stm/stm.h>
long A, B;
static long get(long *P) { return *P; }
// CHECK-LABEL: define {{.*}} @sum(
// CHECK: call i32 @__stm_atomic_ro_tx(
STM_TRANSACTION long sum(int N) {
  long Sum = 0;
  while (N--)
    Sum += get(&A) + get(&B);
  return Sum;
}
