// An inner block is a plain call where it surely isn't cancelled by itself. What
// it calls in other files may cancel it.
// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
long X;
void elsewhere(void);
__attribute__((noinline)) static void helper(int Yes) {
  if (Yes)
    stm_cancel();
}
// CHECK-LABEL: define internal void @_ZGTt{{.*}}plain.stm_block
// CHECK-NOT: __stm_atomic_tx
// CHECK: ret void
void plain(void) {
  STM_ATOMIC {
    STM_ATOMIC { ++X; }
  }
}
// CHECK-LABEL: define internal void @_ZGTt{{.*}}cancels.stm_block
// CHECK: call i32 @__stm_atomic_tx({{.*}}@_ZGTt
// CHECK: ret void
void cancels(int Yes) {
  STM_ATOMIC {
    STM_ATOMIC { helper(Yes); }
  }
}
// CHECK-LABEL: define internal void @_ZGTt{{.*}}unknown.stm_block
// CHECK: call i32 @__stm_atomic_tx({{.*}}@_ZGTt
// CHECK: ret void
void unknown(void) {
  STM_ATOMIC {
    STM_ATOMIC { elsewhere(); }
  }
}
