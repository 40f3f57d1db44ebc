// It is shared with a call outside.
// RUN: %cxx -O0 %s %emit | FileCheck %s
#include <stm/stm.hpp>
void may();
// CHECK-LABEL: define {{.*}} @_Z1fv(
// CHECK: call i32 @__stm_atomic_tx(
// CHECK: invoke void @_Z3mayv()
// CHECK: landingpad
// CHECK-NEXT: catch ptr null
// CHECK: call void @__clang_call_terminate
// CHECK-LABEL: define internal void @_Z1fv.stm_block(
// CHECK: invoke void @_Z3mayv()
// CHECK: landingpad
// CHECK-NEXT: catch ptr null
// CHECK: call void @__clang_call_terminate
void f() noexcept {
  STM_ATOMIC { may(); }
  may();
}
