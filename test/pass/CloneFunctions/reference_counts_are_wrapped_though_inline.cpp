// In versions the runtime counts; plain code has the bodies inline, as without us.
// RUN: %cxx -O2 %s %emit -o %t
// RUN: FileCheck %s < %t
// RUN: FileCheck %s --check-prefix=PLAIN < %t
// RUN: %cxx -O0 %s %emit | FileCheck %s --check-prefix=UNOPTIMIZED --implicit-check-not=_ZGTtNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE10_M_releaseEv
#include <memory>
struct Object { int Value; };
// PLAIN-LABEL: define {{.*}} @_Z4copyRSt10shared_ptrI6ObjectES2_(
// PLAIN-NOT: _M_add_ref_copyEv
// PLAIN: atomicrmw
// PLAIN: {{^}}}
// CHECK-LABEL: define {{.*}} @_ZGTt4copyRSt10shared_ptrI6ObjectES2_(
// CHECK-NOT: inevitable
// CHECK: void @__stm_wrap__ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE15_M_add_ref_copyEv(
// CHECK-NOT: inevitable
// CHECK: void @__stm_wrap__ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE10_M_releaseEv(
// CHECK-NOT: inevitable
// CHECK: {{^}}}
// UNOPTIMIZED: {{call|invoke}} void @__stm_wrap__ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE15_M_add_ref_copyEv(
void copy(std::shared_ptr<Object> &To, std::shared_ptr<Object> &From) {
  To = From;
}
