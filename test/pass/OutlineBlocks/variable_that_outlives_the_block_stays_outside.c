// All its uses are in the block, but the next iteration needs it; or its address
// is known afterwards.
// RUN: %cc -O0 %s %emit | FileCheck %s
#include <stm/stm.h>
int G;
// CHECK-LABEL: define {{.*}} @loop(
// CHECK: alloca [3 x i64]
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}tx(
void loop(int N) {
  long Kept[3];
  for (int I = 0; I < N; ++I)
    STM_ATOMIC {
      if (I == 0)
        Kept[1] = 1;
      G = Kept[1]++;
    }
}
// CHECK-LABEL: define {{.*}} @afterwards(
// CHECK: alloca [5 x i16]
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}tx(
int afterwards(void) {
  short Target[5], *P;
  STM_ATOMIC { P = Target; Target[0] = 5; }
  return *P;
}
