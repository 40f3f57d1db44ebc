// RUN: %cc -O1 -g %s %emit | FileCheck %s
#include <stm/stm.h>
// CHECK-DAG: @stm.site = private constant { ptr, ptr, i32 } { ptr @{{.*}}, ptr @{{.*}}, i32 [[#@LINE+3]] }
STM_TRANSACTION

void transfer(int *A, int *B) {
  --*A;
  ++*B;
}
