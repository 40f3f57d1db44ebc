; Between two blocks there is a way past it: the first one is lazy.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare void @unknown()
declare void @pure(i1) nounwind memory(none)
declare void @may_throw() memory(none)
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }

; A write of much.
; CHECK-LABEL: @write(
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: store
define void @write(ptr %p, i1 %c) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %shared, label %again
shared:
  store <16 x i64> zeroinitializer, ptr %p
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @volatile(
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: load volatile
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: store volatile
define void @volatile(ptr %p, i32 %c) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  switch i32 %c, label %again [
    i32 1, label %one
    i32 2, label %two
  ]
one:
  load volatile i32, ptr %p
  br label %again
two:
  store volatile i32 1, ptr %p
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @volatile_of_its_own(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NOT: await
; CHECK: call i32 @__stm_atomic_lazy_tx
define void @volatile_of_its_own() {
  %a = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load volatile i32, ptr %a
  store volatile i32 1, ptr %a
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Others may learn from a store how far this thread has come; an operation on
; memory of its own may stand for a fence.
; CHECK-LABEL: @atomic(
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: store atomic
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: atomicrmw
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: cmpxchg
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: store atomic
define void @atomic(ptr %p, i32 %c) {
  %a = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  switch i32 %c, label %again [
    i32 1, label %one
    i32 2, label %two
    i32 3, label %three
    i32 4, label %four
  ]
one:
  store atomic i32 1, ptr %p monotonic, align 4
  br label %again
two:
  atomicrmw add ptr %p, i32 1 monotonic
  br label %again
three:
  cmpxchg ptr %p, i32 1, i32 2 monotonic monotonic
  br label %again
four:
  store atomic i32 1, ptr %a seq_cst, align 4
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @fence(
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: fence
define void @fence(i1 %c) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %shared, label %again
shared:
  fence acquire
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @assembly(
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: call void asm
define void @assembly(i1 %c) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %shared, label %again
shared:
  call void asm "mfence", ""() nounwind memory(none)
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @calls(
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @unknown
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @may_throw
define void @calls(i32 %c) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  switch i32 %c, label %again [
    i32 1, label %one
    i32 2, label %two
  ]
one:
  call void @unknown()
  br label %again
two:
  call void @may_throw()
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @must_be_the_last_call(
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: musttail call void @pure
; CHECK-NEXT: ret void
define void @must_be_the_last_call(i1 %c) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %last, label %again
last:
  musttail call void @pure(i1 %c)
  ret void
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; The end of a function, and a block that comes after nothing that needs it.
; CHECK-LABEL: @the_end(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK: call void @pure(i1 true)
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: ret void
define void @the_end() {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @pure(i1 true)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; No way from a block to another one without something that needs it.
; CHECK-LABEL: @eager(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @eager(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @part_of_a_transaction(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @part_of_a_transaction() "stm-version"="x" {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
