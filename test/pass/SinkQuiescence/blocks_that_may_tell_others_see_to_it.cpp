// Whatever a block runs that isn't known to tell others of it before its commit: if it
// does, the runtime sees to it (version_lazy_test).
// RUN: %cxx -O2 %s %emit | FileCheck %s
#include <stm/stm.hpp>
long X;
STM_SAFE void elsewhere();
void somewhere();
STM_PURE void tell();

// CHECK-LABEL: define {{.*}} @_Z4hookv(
// CHECK: call i32 @__stm_atomic_lazy_tx(
void hook() {
  stm::atomic([] { ++X; });
  stm::atomic([] { stm::on_abort([] {}); });
}
// CHECK-LABEL: define {{.*}} @_Z6outputv(
// CHECK: call i32 @__stm_atomic_lazy_tx(
void output() {
  stm::atomic([] { ++X; });
  stm::atomic([] { stm_deferred_write(1, "x", 1); });
}
// CHECK-LABEL: define {{.*}} @_Z7unknownv(
// CHECK: call i32 @__stm_atomic_lazy_tx(
void unknown() {
  stm::atomic([] { ++X; });
  stm::atomic([] { somewhere(); });
}
// CHECK-LABEL: define {{.*}} @_Z4safev(
// CHECK: call i32 @__stm_atomic_lazy_tx(
void safe() {
  stm::atomic([] { ++X; });
  stm::atomic([] { elsewhere(); });
}
// CHECK-LABEL: define {{.*}} @_Z7pointerPFvvE(
// CHECK: call i32 @__stm_atomic_lazy_tx(
void pointer(void (*Function)()) {
  stm::atomic([] { ++X; });
  stm::atomic([=] { Function(); });
}
// Alone before it does.
// CHECK-LABEL: define {{.*}} @_Z10inevitablev(
// CHECK: call i32 @__stm_atomic_lazy_tx(
void inevitable() {
  stm::atomic([] { ++X; });
  stm::atomic([] {
    stm::become_inevitable("a test");
    somewhere();
  });
}
