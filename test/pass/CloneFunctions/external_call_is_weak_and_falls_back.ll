; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define i32 @_ZGTt1f(
; CHECK-NEXT: [[NONE:%.*]] = icmp eq ptr @_ZGTt5other, null
; CHECK-NEXT: br i1 [[NONE]], label %[[SLOW:.*]], label %[[MERGE:[0-9a-z]+]], !prof
; CHECK: [[SLOW]]:
; CHECK-NEXT: call void @__stm_become_inevitable(ptr @"stm.reason.call to other")
; CHECK-NEXT: br label %[[MERGE]]
; CHECK: [[MERGE]]:
; CHECK-NEXT: [[TARGET:%.*]] = phi ptr [ @_ZGTt5other, %0 ], [ @other, %[[SLOW]] ]
; CHECK-NEXT: call i32 [[TARGET]](i32 1)
; CHECK: declare extern_weak i32 @_ZGTt5other(i32)
define i32 @f() {
  %r = call i32 @other(i32 1)
  ret i32 %r
}
declare i32 @other(i32)
