; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }

; CHECK-LABEL: @sums(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK: before:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: br label %inner
; CHECK: inner:
; CHECK-NOT: await
; CHECK: outer_end:
; CHECK: end:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: ret void
define void @sums(ptr %p, i64 %n, i64 %m) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i1, %outer_end ]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %some = icmp ne i64 %m, 0
  br i1 %some, label %before, label %outer_end
before:
  br label %inner
inner:
  %j = phi i64 [ 0, %before ], [ %j1, %inner ]
  %a = getelementptr i64, ptr %p, i64 %j
  load i64, ptr %a
  %j1 = add i64 %j, 1
  %more = icmp ult i64 %j1, %m
  br i1 %more, label %inner, label %outer_end
outer_end:
  %i1 = add i64 %i, 1
  %again = icmp ult i64 %i1, %n
  br i1 %again, label %outer, label %end
end:
  ret void
}

; Nowhere to wait but in the loop, whose header two blocks lead to: as it was.
; CHECK-LABEL: @without_a_place(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @without_a_place(ptr %p, i1 %c, i64 %m) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %left, label %right
left:
  br i1 %c, label %inner, label %end
right:
  br label %inner
inner:
  %j = phi i64 [ 0, %left ], [ 1, %right ], [ %j1, %inner ]
  %a = getelementptr i64, ptr %p, i64 %j
  load i64, ptr %a
  %j1 = add i64 %j, 1
  %more = icmp ult i64 %j1, %m
  br i1 %more, label %inner, label %end
end:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
