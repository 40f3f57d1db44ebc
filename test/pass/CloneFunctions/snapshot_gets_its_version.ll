; RUN: %opt -passes=stm-clone %s | FileCheck %s
; A body that goes nowhere else has no row in the table.
; CHECK: @stm.clones = {{.*}}[0 x { ptr, ptr }]
; CHECK-LABEL: define void @ordinary(
; CHECK: call i32 @__stm_snapshot_tx(ptr @body, ptr @_ZGTt4body, ptr %a, ptr null)
; CHECK: invoke i32 @__stm_snapshot_tx(ptr @body, ptr @_ZGTt4body, ptr %a, ptr null)
; CHECK-NEXT: to label %ok unwind label %bad
; CHECK: call i32 @__stm_snapshot(ptr %unknown, ptr %a, ptr null)
define void @ordinary(ptr %a, ptr %unknown) personality ptr @__gxx_personality_v0 {
  call i32 @__stm_snapshot(ptr @body, ptr %a, ptr null)
  invoke i32 @__stm_snapshot(ptr @body, ptr %a, ptr null) to label %ok unwind label %bad
ok:
  call i32 @__stm_snapshot(ptr %unknown, ptr %a, ptr null)
  ret void
bad:
  %l = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %l
}
; Inside: the same entry points.
; CHECK-LABEL: define void @_ZGTt8ordinary(
; CHECK: call i32 @__stm_snapshot_tx(ptr @body, ptr @_ZGTt4body, ptr %a, ptr {{.*}}null)
; CHECK: invoke i32 @__stm_snapshot_tx(ptr @body, ptr @_ZGTt4body, ptr %a, ptr {{.*}}null)
; CHECK-NEXT: to label %ok unwind label %bad
; CHECK: call i32 @__stm_snapshot(ptr %unknown, ptr %a, ptr null)
define internal void @body(ptr %a) { ret void }
declare i32 @__stm_snapshot(ptr, ptr, ptr)
declare i32 @__gxx_personality_v0(...)
