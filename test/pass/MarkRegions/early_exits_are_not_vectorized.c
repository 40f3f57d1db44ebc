// LLVM 22 would load vectors past the exit.
// RUN: %cc -mllvm -stm-inline=never -O3 %s %emit | FileCheck %s
unsigned char A[1024], B[1024];
// CHECK-LABEL: define {{.*}} @_ZGTt5first(
// CHECK-NOT: __stm_read_range
// CHECK: call i8 @__stm_read_u8(
// CHECK-NOT: __stm_read_range
// CHECK-LABEL: define internal void @stm.register(
int first(void) {
  for (int I = 0; I < 1024; ++I)
    if (A[I] == B[I])
      return I;
  return -1;
}
