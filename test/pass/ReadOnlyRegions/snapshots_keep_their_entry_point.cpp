// In ordinary code and in versions; what it reads keeps the transaction around
// it read-only.
// RUN: %cxx -O1 %s %emit | FileCheck %s --implicit-check-not='@__stm_snapshot('
#include <stm/stm.hpp>
long A;
// CHECK-LABEL: define {{.*}} @_Z3getv(
// CHECK: call i32 @__stm_snapshot_tx(ptr
// {{.*}}@{{"?}}_ZN3stm6detail5Block{{.*}}, ptr
// {{.*}}@{{"?}}_ZGTtN3stm6detail5Block
long get() {
  return stm::snapshot([] { return A; });
}
// CHECK-LABEL: define {{.*}} @_Z6aroundv(
// CHECK: call i32 @__stm_atomic_ro_tx(
void around() {
  stm::atomic([] { get(); });
}
// CHECK-LABEL: define {{.*}} @_ZGTt3getv(
// CHECK: call i32 @__stm_snapshot_tx(ptr
// {{.*}}@{{"?}}_ZN3stm6detail5Block{{.*}}, ptr
// {{.*}}@{{"?}}_ZGTtN3stm6detail5Block
