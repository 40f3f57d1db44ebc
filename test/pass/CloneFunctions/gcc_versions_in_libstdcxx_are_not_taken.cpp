// libstdc++ exports _ZGTtNSt13runtime_errorC1EPKc for GCC's -fgnu-tm.
// RUN: %cxx -O1 %s %emit | FileCheck %s --implicit-check-not=@_ZGTtNSt13runtime_error --implicit-check-not=@_ZGTtNKSt13runtime_error
#include <stdexcept>
struct Mine : std::runtime_error { using runtime_error::runtime_error; };
// CHECK-LABEL: define {{.*}} @_ZGTt1fv(
// CHECK: call void @__stm_become_inevitable(
// CHECK: {{call|invoke}} void @_ZNSt13runtime_errorC1EPKc(
void f() { throw std::runtime_error("x"); }
void g() { throw Mine("x"); }
