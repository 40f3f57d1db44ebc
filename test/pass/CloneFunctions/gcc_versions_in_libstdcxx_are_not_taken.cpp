// libstdc++ exports _ZGTtNSt13runtime_errorC1ERKSs and kin for GCC's -fgnu-tm.
// RUN: %cxx -O1 %s %emit -D_GLIBCXX_USE_CXX11_ABI=0 | FileCheck %s --implicit-check-not=@_ZGTtNSt13runtime_error --implicit-check-not=@_ZGTtNKSt13runtime_error
#include <stdexcept>
#include <string>
struct Mine : std::runtime_error { using runtime_error::runtime_error; };
// CHECK-LABEL: define {{.*}} @_ZGTt1fRKSs(
// CHECK: call void @__stm_become_inevitable(
// CHECK: {{call|invoke}} void @_ZNSt13runtime_errorC1ERKSs(
void f(const std::string &S) { throw std::runtime_error(S); }
void g() { throw Mine("x"); }
