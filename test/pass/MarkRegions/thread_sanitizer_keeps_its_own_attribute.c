// RUN: %cc -mllvm -stm-inline=never -O1 -fsanitize=thread %s %emit | FileCheck %s
// CHECK-LABEL: define {{.*}} @f(
// CHECK: @__tsan_write4
// CHECK-LABEL: define {{.*}} @raw(
// CHECK-NOT: __tsan_{{read|write}}
// CHECK: ret
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK-NOT: __tsan_{{read|write}}
// CHECK: call void @__stm_write_u32(
int G;
void f(void) { G = 1; }
__attribute__((no_sanitize("thread"), noinline)) void raw(void) { G = 2; }
