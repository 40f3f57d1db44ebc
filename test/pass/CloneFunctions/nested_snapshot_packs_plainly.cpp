// Site, closure and result are the frame's own.
// RUN: %cxx -O2 %s %emit | FileCheck %s
#include <stm/stm.hpp>
long A;
// CHECK-LABEL: define {{.*}} @_ZGTt3getl(
// CHECK-NOT: @__stm_{{read|write}}
// CHECK: call i32 @__stm_snapshot_tx(
// CHECK-NOT: @__stm_{{read|write}}
// CHECK: ret i64
long get(long X) {
  return stm::snapshot([X] { return A + X; });
}
