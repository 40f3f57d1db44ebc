// Who learns of a block other than by a transaction may use plainly what those before
// it have made private.
// RUN: %cxx -O2 %s %emit | FileCheck %s --implicit-check-not=lazy_tx
#include <stm/stm.hpp>
#include <unistd.h>
long X;
char Buffer[8];
STM_SAFE void elsewhere();
void somewhere();
STM_PURE void tell();

// CHECK-LABEL: define {{.*}} @_Z4purev(
void pure() {
  stm::atomic([] { ++X; });
  stm::atomic([] { tell(); });
}
// CHECK-LABEL: define {{.*}} @_Z4hookv(
void hook() {
  stm::atomic([] { ++X; });
  stm::atomic([] { stm::on_abort([] {}); });
}
// CHECK-LABEL: define {{.*}} @_Z6outputv(
void output() {
  stm::atomic([] { ++X; });
  stm::atomic([] { stm_deferred_write(1, "x", 1); });
}
struct Telling {
  long X;
  ~Telling() { tell(); }
};
// CHECK-LABEL: define {{.*}} @_Z11destructionv(
void destruction() {
  stm::atomic([] { ++X; });
  stm::atomic([] {
    try {
      if (X)
        throw Telling{X};
    } catch (Telling &) {
    }
  });
}
// CHECK-LABEL: define {{.*}} @_Z6besidei(
void beside(int From) {
  stm::atomic([] { ++X; });
  stm::atomic([=] { if (read(From, Buffer, 8)) ++X; });
}
// CHECK-LABEL: define {{.*}} @_Z7unknownv(
void unknown() {
  stm::atomic([] { ++X; });
  stm::atomic([] { somewhere(); });
}
// CHECK-LABEL: define {{.*}} @_Z4safev(
void safe() {
  stm::atomic([] { ++X; });
  stm::atomic([] { elsewhere(); });
}
// CHECK-LABEL: define {{.*}} @_Z5namedPKc(
void named(const char *Name) {
  stm::atomic([] { ++X; });
  stm::atomic(Name, [] { ++X; });
}
