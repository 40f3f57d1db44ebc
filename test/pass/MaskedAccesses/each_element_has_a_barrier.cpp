// Conditional and indirect accesses of vectors, for processors that have them.
// RUN: %cxx -O3 -mavx2 %s %emit | FileCheck %s --implicit-check-not=become_inevitable
// RUN: %cxx -O3 -march=skylake-avx512 %s %emit | FileCheck %s --implicit-check-not=become_inevitable
// The original is as fast as ever.
// CHECK-LABEL: define {{.*}} @_Z3setPiPKii(
// CHECK: call {{.*}}@llvm.masked.store
// CHECK-LABEL: define {{.*}} @_Z3sumPKlPKii(
// CHECK-LABEL: define {{.*}} @_ZGTt3setPiPKii(
// CHECK-SAME: [[PROCESSOR:#[0-9]+]]
// CHECK-NOT: call {{.*}}@llvm.masked
// CHECK: call {{.*}}@__stm_write_first_u32
// CHECK-LABEL: define {{.*}} @_ZGTt3sumPKlPKii(
// CHECK-NOT: call {{.*}}@llvm.masked
// CHECK: call {{.*}}@__stm_read_slow_u64
// CHECK: attributes [[PROCESSOR]] = {{.*}}"target-cpu"="{{.*}}"target-features"="{{.*}}+avx2
#include <stm/stm.hpp>
void set(int *To, const int *If, int N) {
  for (int I = 0; I < N; ++I)
    if (If[I] > 3)
      To[I] = If[I];
}
long sum(const long *From, const int *At, int N) {
  long Sum = 0;
  for (int I = 0; I < N; ++I)
    Sum += From[At[I]];
  return Sum;
}
