// RUN: %cxx -O2 %s %emit | FileCheck %s
#include <stm/stm.hpp>
long A, B;
// CHECK-LABEL: define {{.*}} @_Z5countv(
// CHECK: call i32 @__stm_atomic_wf_tx(
void count() {
  stm::atomic([] { ++A; });
}
// CHECK-LABEL: define {{.*}} @_Z8transferPlS_(
// CHECK: call i32 @__stm_atomic_wf_tx(
void transfer(long *From, long *To) {
  stm::atomic([=] {
    --*From;
    ++*To;
  });
}
// CHECK-LABEL: define {{.*}} @_Z4copyv(
// CHECK: call i32 @__stm_atomic_tx(
void copy() {
  stm::atomic([] { A = B; });
}
// What is left to later stays so.
// CHECK-LABEL: define {{.*}} @_Z5timesi(
// CHECK: call i32 @__stm_atomic_wf_lazy_tx(
void times(int N) {
  for (int I = 0; I != N; ++I)
    stm::atomic([] { ++A; });
}
