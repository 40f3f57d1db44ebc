// RUN: %cxx -O1 %s %emit | FileCheck %s
// CHECK: @stm.clones = {{.*}} { ptr @_ZN1D1fEv, ptr @_ZGTtN1D1fEv }
struct B { virtual int f() { return 1; } };
struct D : B { int X = 2; int f() override { return X; } };
B *make() { return new D; }
int call(B *P) { return P->f(); }
// CHECK-LABEL: define {{.*}} @_ZGTt4callP1B(
// CHECK: call ptr @__stm_clone_of(
