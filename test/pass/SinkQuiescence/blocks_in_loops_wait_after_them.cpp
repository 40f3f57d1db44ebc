// Whatever a block is written as, and whatever it captures by reference.
// RUN: %cxx -O2 %s %emit | FileCheck %s --implicit-check-not="call i32 @__stm_atomic_tx" --implicit-check-not="call i32 @__stm_atomic_wf_tx"
#include <atomic>
#include <chrono>
#include <cmath>
#include <random>
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

// What is usual in such loops: a flag that ends them, random numbers, the time.

// CHECK-LABEL: define {{.*}} @_Z7flaggedm(
// CHECK-DAG: call {{.*}}@__stm_settled_read_u8(ptr {{.*}}@Ends)
// CHECK-DAG: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
std::atomic<bool> Ends;
unsigned long flagged(unsigned long N) {
  unsigned long Rounds = 0;
  for (; !Ends.load(); ++Rounds)
    stm::atomic([=] { ++Cells[N]; });
  return Rounds;
}
// CHECK-LABEL: define {{.*}} @_Z5wavedm(
// CHECK-DAG: call {{.*}}@__stm_settled_read_u32(ptr {{.*}}@Halt)
// CHECK-DAG: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
volatile int Halt;
unsigned long waved(unsigned long N) {
  unsigned long Rounds = 0;
  for (; !Halt; ++Rounds)
    stm::atomic([=] { ++Cells[N]; });
  return Rounds;
}
// CHECK-LABEL: define {{.*}} @_Z5drawnm(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
void drawn(unsigned long N) {
  std::mt19937 Random;
  std::uniform_int_distribution<int> Cell(0, 99);
  std::exponential_distribution<double> Some;
  while (N--) {
    unsigned long K = Cell(Random);
    double Weight = Some(Random);
    stm::atomic([=] { Cells[K] += Weight; });
  }
}
// CHECK-LABEL: define {{.*}} @_Z6byLibcm(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
void byLibc(unsigned long N) {
  unsigned Seed = 1;
  auto Until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (std::chrono::steady_clock::now() < Until) {
    double X = std::log(1.0 + rand_r(&Seed));
    stm::atomic([=] { Cells[N] += X; });
  }
}
// CHECK-LABEL: define {{.*}} @_Z6byRandm(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}lazy_tx(
// CHECK: call void @__stm_await_quiescence()
void byRand(unsigned long N) {
  while (N--) {
    int K = rand() % 50 + static_cast<int>(random() % 50);
    stm::atomic([=] { ++Cells[K]; });
  }
}
