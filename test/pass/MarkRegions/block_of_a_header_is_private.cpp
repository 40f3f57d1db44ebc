// The closure and the result that stm::atomic packs are the block's own.
// RUN: %cxx -mllvm -stm-inline=never -O2 %s %emit | FileCheck %s
#include <stm/stm.hpp>
int G;
// CHECK-LABEL: define {{.*}} @{{"?}}_ZGTtN3stm6detail5Block{{.*}}3runEPv
// CHECK-COUNT-1: call i32 @__stm_read_u32({{.*}}@G)
// CHECK-NOT: call {{.*}} @__stm_
// CHECK: ret void
int get(int X) {
  return stm::atomic([X] { return G + X; });
}
