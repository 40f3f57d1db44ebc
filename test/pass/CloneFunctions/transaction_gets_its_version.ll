; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define void @ordinary(
; CHECK: call i32 @__stm_atomic_tx(ptr @body, ptr @_ZGTt4body, ptr %a, ptr null)
; CHECK: invoke i32 @__stm_atomic_tx(ptr @body, ptr @_ZGTt4body, ptr %a, ptr null)
; CHECK-NEXT: to label %ok unwind label %bad
; CHECK: call i32 @__stm_atomic(ptr %unknown, ptr %a, ptr null)
define void @ordinary(ptr %a, ptr %unknown) personality ptr @__gxx_personality_v0 {
  call i32 @__stm_atomic(ptr @body, ptr %a, ptr null)
  invoke i32 @__stm_atomic(ptr @body, ptr %a, ptr null) to label %ok unwind label %bad
ok:
  call i32 @__stm_atomic(ptr %unknown, ptr %a, ptr null)
  ret void
bad:
  %l = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %l
}
; Inside: a direct call. Of a body that isn't known it isn't known either whether
; it cancels.
; CHECK-LABEL: define void @_ZGTt8ordinary(
; CHECK: call void @_ZGTt4body(ptr %a)
; CHECK: invoke void @_ZGTt4body(ptr %a)
; CHECK: call i32 @__stm_atomic(ptr %unknown, ptr %a, ptr null)
define internal void @body(ptr %a) { ret void }
declare i32 @__stm_atomic(ptr, ptr, ptr)
declare i32 @__gxx_personality_v0(...)
