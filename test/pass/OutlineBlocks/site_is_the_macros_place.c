// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/stm.h>
int G;
// CHECK-DAG: [[NAME:@.*]] = private {{.*}}c"transfer\00"
// CHECK-DAG: [[FILE:@.*]] = private {{.*}}c"{{.*}}site_is_the_macros_place.c\00"
// CHECK-DAG: = private constant { ptr, ptr, i32 } { ptr [[NAME]], ptr [[FILE]], i32 [[#@LINE+3]] }
// CHECK-DAG: = private constant { ptr, ptr, i32 } { ptr null, ptr [[FILE]], i32 [[#@LINE+3]] }
void f(void) {
  STM_ATOMIC_NAMED("transfer") { ++G; }
  STM_ATOMIC { ++G; }
}
// CHECK-LABEL: define {{.*}} @named(
// CHECK: [[SITE:%.*]] = alloca { ptr, ptr, i32 }
// CHECK: store ptr %0, ptr [[SITE]]
// CHECK: call i32 @__stm_atomic_wf_tx({{.*}}[[SITE]])
void named(const char *Name) {
  STM_ATOMIC_NAMED(Name) { ++G; }
}
