// ArgumentPromotion would load both in the caller.
// RUN: %cc -O3 %s %emit | FileCheck %s
struct { int Ready, Data; } P;
static __attribute__((noinline)) int use(int *Ready, int *Data) {
  return *Ready ? *Data : 0;
}
// CHECK-LABEL: define {{.*}} @_ZGTt6caller(
// CHECK-NOT: __stm_read
// CHECK: ret
int caller(void) { return use(&P.Ready, &P.Data) + use(&P.Ready, &P.Data); }
