; libc++ puts its version into the names of inline functions: the row is found
; without it. What has no row doesn't lose its name for that.
; RUN: %opt -passes=stm-clone -S %s | FileCheck %s
declare void @_ZNSt3__119__shared_weak_count12__add_sharedB8ne190107Ev(ptr)
declare void @_ZNSt3__119__shared_weak_count12__add_sharedB8ne220108Ev(ptr)
declare void @_ZNSt3__15otherB8ne190107Ev(ptr)
; CHECK-LABEL: define {{.*}}@_ZGTt4body(
; CHECK: call void @__stm_wrap__ZNSt3__119__shared_weak_count12__add_sharedEv(
; CHECK: call void @__stm_wrap__ZNSt3__119__shared_weak_count12__add_sharedEv(
; CHECK: @_ZGTtNSt3__15otherB8ne190107Ev
; CHECK: {{^}}}
define void @body(ptr %p) {
  call void @_ZNSt3__119__shared_weak_count12__add_sharedB8ne190107Ev(ptr %p)
  call void @_ZNSt3__119__shared_weak_count12__add_sharedB8ne220108Ev(ptr %p)
  call void @_ZNSt3__15otherB8ne190107Ev(ptr %p)
  ret void
}
