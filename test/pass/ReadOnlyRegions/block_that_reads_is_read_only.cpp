// RUN: %cxx -O2 %s %emit | FileCheck %s --implicit-check-not="call i32 @__stm_atomic_tx"
#include <stm/stm.hpp>
long A, B;
// CHECK-LABEL: define {{.*}} @_Z3sumv(
// CHECK: call i32 @__stm_atomic_ro_tx(
long sum() {
  return stm::atomic([] { return A + B; });
}
