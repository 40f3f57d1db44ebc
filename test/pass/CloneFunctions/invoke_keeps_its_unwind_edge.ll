; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define i32 @_ZGTt1f(
; CHECK: [[T:%.*]] = phi ptr [ @_ZGTt5other, %entry ], [ @other,
; CHECK-NEXT: [[R:%.*]] = invoke i32 [[T]]()
; CHECK-NEXT: to label %ok unwind label %bad
; CHECK: phi i32 [ 0, %{{[0-9]+}} ]
define i32 @f() personality ptr @__gxx_personality_v0 {
entry:
  %r = invoke i32 @other() to label %ok unwind label %bad
ok:
  ret i32 %r
bad:
  %x = phi i32 [ 0, %entry ]
  %l = landingpad { ptr, i32 } catch ptr null
  ret i32 %x
}
declare i32 @other()
declare i32 @__gxx_personality_v0(...)
