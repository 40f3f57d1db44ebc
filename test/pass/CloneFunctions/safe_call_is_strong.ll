; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define void @_ZGTt1f(
; CHECK-NEXT: call void @_ZGTt5other()
; CHECK: declare void @_ZGTt5other()
define void @f() {
  call void @other()
  ret void
}
declare void @other() "stm-safe"
