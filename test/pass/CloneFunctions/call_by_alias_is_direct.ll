; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-DAG: @_ZGTt5alias = alias void (), ptr @_ZGTt6target
; CHECK-DAG: call void @_ZGTt6target()
@alias = alias void (), ptr @target
define void @target() { ret void }
define void @f() {
  call void @alias()
  ret void
}
