// RUN: %cc -O1 %s %emit | FileCheck %s --implicit-check-not="define {{.*}}@_ZGTt3raw"
// CHECK-LABEL: define {{.*}} @_ZGTt4user(
// CHECK: call void @__stm_become_inevitable(
// CHECK: call void @raw(
__attribute__((naked)) void raw(void) { __asm__("ret"); }
void user(void) { raw(); }
