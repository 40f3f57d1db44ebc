; RUN: %opt -passes=stm-clone -stm-clones=all %s | FileCheck %s --check-prefixes=CHECK,ALL
; RUN: %opt -passes=stm-clone -stm-clones=reached %s | FileCheck %s --implicit-check-not=@_ZGTt8external
; CHECK-NOT: @_ZGTt10unused_loc
; CHECK-DAG: define void @_ZGTt4body(ptr
; CHECK-DAG: call void @_ZGTt5calls()
; CHECK-DAG: define internal void @_ZGTt5calls()
; ALL-DAG: define void @_ZGTt8external()
; CHECK-NOT: @_ZGTt10unused_loc
define void @external() { ret void }
define internal void @unused_loc() { ret void }
define void @body(ptr %p) {
  call void @calls()
  ret void
}
define internal void @calls() { ret void }
define void @run() {
  call i32 @__stm_atomic(ptr @body, ptr null, ptr null)
  ret void
}
declare i32 @__stm_atomic(ptr, ptr, ptr)
