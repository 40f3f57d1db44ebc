// RUN: %cc -O1 --target=x86_64-linux-gnu %s %emit | FileCheck %s
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK: call void @__stm_become_inevitable(ptr @"stm.reason.access of another address space
// CHECK: store i32 3, ptr addrspace(256)
void f(int __seg_gs *P) { *P = 3; }
