// The runtime logs what runs alone only where it may still be undone.
// RUN: %cc -O1 %s %emit | FileCheck %s --check-prefix=NOT
// RUN: %cc -O1 %s -DCANCELS %emit | FileCheck %s
// CHECK: call void @__stm_may_leave()
// NOT-NOT: __stm_may_leave
#include <stm/stm.h>
long X;
void f(void) {
  STM_ATOMIC {
    ++X;
#ifdef CANCELS
    stm_cancel();
#endif
  }
}
