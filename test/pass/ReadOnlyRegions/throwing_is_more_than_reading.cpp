// RUN: %cxx -O1 %s %emit | FileCheck %s
#include <stm/stm.hpp>
long A;
// CHECK-LABEL: define {{.*}} @_Z6throwsv(
// CHECK: {{call|invoke}} i32 @__stm_atomic_tx(
long throws() {
  return stm::atomic([] {
    if (A)
      throw 5;
    return A;
  });
}
