// RUN: %cc -O1 -fsanitize=thread %s %emit | FileCheck %s
// A rollback leaves a version without its exit: entries would pile up.
// CHECK-LABEL: define {{.*}} @f(
// CHECK: call void @__tsan_func_entry
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK-NOT: @__tsan_func
// CHECK: ret
void other(void);
int G;
void f(void) {
  G = 1;
  other();
}
