; RUN: %opt -passes=stm-clone,stm-barriers,stm-inevitability,stm-verify %s | FileCheck %s
; CHECK-LABEL: define i32 @_ZGTt1f(
; CHECK: call void @_ZGTt6callee(ptr {{nocapture|captures\(none\)}} %a)
; CHECK-NEXT: load i32, ptr %a
define i32 @f() {
  %a = alloca i32
  call void @callee(ptr nocapture %a)
  %r = load i32, ptr %a
  ret i32 %r
}
; CHECK-LABEL: define internal void @_ZGTt6callee(
; CHECK: call void @__stm_write_u32(
define internal void @callee(ptr nocapture %p) {
  store i32 1, ptr %p
  ret void
}
