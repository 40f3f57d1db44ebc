// LICM's scalar promotion would load Counter before the first flag.
// RUN: %cc -mllvm -stm-inline=never -O2 %s %emit | FileCheck %s
int Counter, Flags[64];
// CHECK-LABEL: define {{.*}} @_ZGTt4scan(
// CHECK-NOT: @Counter
// CHECK: call i32 @__stm_read_u32({{.*}}%
// CHECK: call i32 @__stm_read_to_write_u32({{.*}}@Counter)
void scan(int N) {
  for (int I = 0; I < N; ++I)
    if (Flags[I])
      Counter += I;
}
