// Who learns of a block other than by a transaction may use plainly what those before
// it have made private: they wait where that is known.
// RUN: %cxx -O2 %s %emit | FileCheck %s --implicit-check-not=lazy_tx
#include <pthread.h>
#include <stm/stm.hpp>
#include <unistd.h>
long X;
char Buffer[8];
pthread_mutex_t Lock;
STM_PURE void tell();

// CHECK-LABEL: define {{.*}} @_Z4purev(
void pure() {
  stm::atomic([] { ++X; });
  stm::atomic([] { tell(); });
}
// CHECK-LABEL: define {{.*}} @_Z6lockedv(
void locked() {
  stm::atomic([] { ++X; });
  stm::atomic([] {
    pthread_mutex_lock(&Lock);
    pthread_mutex_unlock(&Lock);
  });
}
// CHECK-LABEL: define {{.*}} @_Z6besidei(
void beside(int From) {
  stm::atomic([] { ++X; });
  stm::atomic([=] { if (read(From, Buffer, 8)) ++X; });
}
// The report has a late wait with its block.
// CHECK-LABEL: define {{.*}} @_Z5namedPKc(
void named(const char *Name) {
  stm::atomic([] { ++X; });
  stm::atomic(Name, [] { ++X; });
}
