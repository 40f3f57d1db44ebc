// Without debug information, the annotation's place.
// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
// CHECK-DAG: c"transfer\00"
// CHECK-DAG: c"{{.*}}site_names_function_and_annotation.c\00"
// CHECK-DAG: @stm.site = private constant { ptr, ptr, i32 } { ptr @{{.*}}, ptr @{{.*}}, i32 [[#@LINE+1]] }
STM_TRANSACTION void transfer(int *A, int *B) {
  --*A;
  ++*B;
}
