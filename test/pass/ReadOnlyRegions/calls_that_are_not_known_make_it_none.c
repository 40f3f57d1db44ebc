// RUN: %cc -O1 -fno-inline %s %emit | FileCheck %s
#include <stm/stm.h>
long (*Pointer)(void);
long elsewhere(void);
STM_SAFE long safe(void);
__attribute__((weak)) long replaceable(void) { return 1; }
STM_PURE long pure(void);
// CHECK-LABEL: define {{.*}} @indirect(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION long indirect(void) { return Pointer(); }
// CHECK-LABEL: define {{.*}} @external(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION long external(void) { return elsewhere(); }
// CHECK-LABEL: define {{.*}} @in_another_file(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION long in_another_file(void) { return safe(); }
// CHECK-LABEL: define {{.*}} @weak(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION long weak(void) { return replaceable(); }
// CHECK-LABEL: define {{.*}} @promised(
// CHECK: call i32 @__stm_atomic_ro_tx(
STM_TRANSACTION long promised(void) { return pure(); }
// CHECK-LABEL: define {{.*}} @alone(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION void alone(void) { __asm__ volatile("pause"); }
