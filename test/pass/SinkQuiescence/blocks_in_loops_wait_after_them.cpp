// Whatever a block is written as, and whatever it captures by reference.
// RUN: %cxx -O2 %s %emit | FileCheck %s --implicit-check-not="call i32 @__stm_atomic_tx" --implicit-check-not="call i32 @__stm_atomic_wf_tx"
#include <stm/stm.hpp>
unsigned long Cells[100], Sum;
static unsigned long next(unsigned long &State) {
  State = State * 6364136223846793005u + 1;
  return State % 100;
}

// CHECK-LABEL: define {{.*}} @_Z5valuem(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
// CHECK-NEXT: call void @__stm_cancelled_without_value(
// CHECK: call void @__stm_await_quiescence()
// CHECK-NEXT: store {{.*}} @Sum
void value(unsigned long N) {
  unsigned long R = N, F = 0;
  while (N--) {
    unsigned long K = next(R);
    F += stm::atomic([=] { return Cells[K]++; });
  }
  Sum = F;
}

// CHECK-LABEL: define {{.*}} @_Z9referencem(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
void reference(unsigned long N) {
  unsigned long R = N, F = 0;
  while (N--) {
    unsigned long K = next(R);
    stm::atomic([&] { F += Cells[K]++; });
  }
  Sum = F;
}

// CHECK-LABEL: define {{.*}} @_Z9statementm(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
void statement(unsigned long N) {
  unsigned long R = N, F = 0;
  while (N--) {
    unsigned long K = next(R);
    STM_ATOMIC { F += Cells[K]++; }
  }
  Sum = F;
}

// CHECK-LABEL: define {{.*}} @_Z5looksm(
// CHECK: call i32 @__stm_atomic_ro_lazy_tx(
// CHECK: call void @__stm_await_quiescence()
void looks(unsigned long N) {
  unsigned long R = N, F = 0;
  while (N--) {
    unsigned long K = next(R);
    F += stm::atomic([=] { return Cells[K]; });
  }
  Sum = F;
}

// CHECK-LABEL: define {{.*}} @_Z3onem(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
// CHECK-NEXT: ret void
void one(unsigned long N) {
  unsigned long R = N;
  while (N--) {
    R += N;
    stm::atomic([&] { Sum += R; });
  }
}
