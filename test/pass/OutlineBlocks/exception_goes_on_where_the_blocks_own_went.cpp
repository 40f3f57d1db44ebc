// A pad that catches is not resumed from: types asked for around the block are
// in the caller's pad, those asked for in it in the body's.
// RUN: %cxx -O1 %s %emit | FileCheck %s
#include <stm/stm.hpp>
void may();
int G;
// CHECK-LABEL: define {{.*}} @_Z1fv(
// CHECK: invoke i32 @__stm_atomic_tx(
// CHECK: landingpad { ptr, i32 }
// CHECK-NOT: _ZTIl
// CHECK: catch ptr @_ZTIi
// CHECK-NOT: _ZTIl
// CHECK-LABEL: define internal void @_Z1fv.stm_block(
// CHECK: landingpad { ptr, i32 }
// CHECK-NEXT: cleanup
// CHECK-NEXT: catch ptr @_ZTIl
// CHECK-NOT: _ZTIi
// CHECK: resume
void f() {
  try {
    STM_ATOMIC {
      try {
        may();
      } catch (long) {
        ++G;
      }
    }
  } catch (int) {
    --G;
  }
}
