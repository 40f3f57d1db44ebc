// RUN: %cc -O0 %s %emit | FileCheck %s
#include <stm/stm.h>
STM_TRANSACTION void f(void) {}
// CHECK-NOT: __stm_check_instrumentation
// CHECK-NOT: __stm_uninstrumented
// CHECK-NOT: stm_transaction_without_plugin
