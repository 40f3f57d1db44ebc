// RUN: %cc -O1 -mllvm -stm-inline=never %s %emit | FileCheck %s
// RUN: %cc -O0 -mllvm -stm-inline=never %s %emit | FileCheck %s
#include <stm/attributes.h>
STM_TX_LOCAL int Global[100];
STM_TX_LOCAL _Thread_local int Mine;
int Shared;
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK-NOT: call {{.*}}@__stm_
// CHECK: call {{.*}}@__stm_read_u32(ptr {{.*}}@Shared)
// CHECK-NOT: call {{.*}}@__stm_
// CHECK: ret
int f(int I) {
  static STM_TX_LOCAL int Static;
  Global[I] = I;
  Mine = Global[3];
  Static += Mine;
  return Static + Shared;
}
