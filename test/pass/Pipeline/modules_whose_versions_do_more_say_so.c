// Their blocks can't run as they were written while the process has one thread.
// RUN: %cc -O1 %s %emit | FileCheck %s --check-prefix=NOT
// RUN: %cc -O1 %s -DWRAPS %emit | FileCheck %s
// RUN: %cc -O1 %s -mllvm -stm-count %emit | FileCheck %s
// CHECK: call void @__stm_need_versions()
// NOT-NOT: __stm_need_versions
#include <stm/stm.h>
long X;
void log_value(long);
#ifdef WRAPS
STM_WRAPS(log_value) void log_later(long Value) { X = Value; }
#endif
void f(void) {
  STM_ATOMIC { log_value(++X); }
}
