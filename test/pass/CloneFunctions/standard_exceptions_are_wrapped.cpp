// RUN: %cxx -O1 %s %emit | FileCheck %s
#include <stdexcept>
// CHECK-LABEL: define {{.*}} @_ZGTt1fv(
// CHECK-NOT: inevitable
// CHECK: call ptr @__stm_wrap___cxa_allocate_exception(i64 16)
// CHECK: {{call|invoke}} void @__stm_wrap__ZNSt13runtime_errorC1EPKc(
// CHECK: {{call|invoke}} void @__stm_wrap___cxa_throw(
void f() { throw std::runtime_error("x"); }
// CHECK-LABEL: define {{.*}} @_ZGTt1gPKci(
// CHECK-NOT: inevitable
// CHECK: {{call|invoke}} void (ptr, ...) @__stm_wrap__ZSt24__throw_out_of_range_fmtPKcz(ptr
void g(const char *Format, int I) { std::__throw_out_of_range_fmt(Format, I); }
