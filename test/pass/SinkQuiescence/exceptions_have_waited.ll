; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare void @handle()
declare i32 @__gxx_personality_v0(...)
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }

; A block that an exception leaves waits for itself, not for those before it.
; CHECK-LABEL: @two(
; CHECK: invoke i32 @__stm_atomic_lazy_tx
; CHECK: second:
; CHECK-NEXT: invoke i32 @__stm_atomic_lazy_tx
; CHECK: end:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: ret void
; CHECK: first_pad:
; CHECK-NOT: await
; CHECK: call void @handle
; CHECK: second_pad:
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @handle
; CHECK-NEXT: resume
define void @two() personality ptr @__gxx_personality_v0 {
  invoke i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
          to label %second unwind label %first_pad
second:
  invoke i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
          to label %end unwind label %second_pad
end:
  ret void
first_pad:
  %e = landingpad { ptr, i32 } cleanup
  call void @handle()
  resume { ptr, i32 } %e
second_pad:
  %f = landingpad { ptr, i32 } cleanup
  call void @handle()
  resume { ptr, i32 } %f
}
