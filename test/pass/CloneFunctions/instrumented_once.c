// RUN: %cc -mllvm -stm-inline=never -O1 %s -c -emit-llvm -o %t.bc
// RUN: %opt -passes='default<O1>' %t.bc | FileCheck %s
// RUN: %opt -passes='lto-pre-link<O1>,lto<O1>' %t.bc | FileCheck %s
// RUN: %opt -passes='stm' %t.bc | FileCheck %s
int G;
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK-COUNT-1: call void @__stm_write_u32(
// CHECK-NOT: call void @__stm_
// CHECK: ret void
// CHECK-NOT: @_ZGTt7_ZGTt
// CHECK-NOT: @stm.register.{{[0-9]}}
void f(void) { G = 1; }
