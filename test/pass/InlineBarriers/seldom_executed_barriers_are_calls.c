// What less than a quarter of the calls come to isn't worth its size.
// RUN: %cc -O2 %s %emit | FileCheck %s
// RUN: %cc -O2 -mllvm -stm-inline=always %s %emit | FileCheck %s --check-prefix=ALWAYS
// CHECK-LABEL: define {{.*}} @_ZGTt5looks(
// CHECK-DAG: call {{.*}}@__stm_read_slow_u64
// CHECK-DAG: call i64 @__stm_read_u64(
// CHECK: ret i64
// ALWAYS-LABEL: define {{.*}} @_ZGTt5looks(
// ALWAYS-NOT: call i64 @__stm_read_u64(
// ALWAYS: ret i64
long looks(const long *Often, const long *Seldom) {
  long X = *Often;
  if (__builtin_expect(X < 0, 0))
    X += *Seldom;
  return X;
}
