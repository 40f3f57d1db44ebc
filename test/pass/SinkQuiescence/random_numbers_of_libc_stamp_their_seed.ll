; The seed of libc's random numbers, which others may reach, is stamped as if it were
; stored to.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare i32 @rand_r(ptr)
declare double @erand48(ptr) nounwind
declare i64 @nrand48(ptr) nounwind
declare i64 @jrand48(ptr) nounwind
declare i32 @my_rand_r(ptr) nounwind
declare i32 @random_r(ptr, ptr) nounwind
define internal void @body(ptr noundef %c) { ret void }
define internal void @version(ptr noundef %c) "stm-version"="body" { ret void }

; CHECK-LABEL: @shared(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 4)
; CHECK-NEXT: call i32 @rand_r(ptr %p)
; CHECK-NEXT: call void @__stm_settle(ptr %q, i64 6)
; CHECK-NEXT: call double @erand48(ptr %q)
; CHECK-NEXT: call void @__stm_settle(ptr %r, i64 6)
; CHECK-NEXT: call i64 @nrand48(ptr %r)
; CHECK-NEXT: call void @__stm_settle(ptr %s, i64 6)
; CHECK-NEXT: call i64 @jrand48(ptr %s)
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
define void @shared(ptr noundef %p, ptr noundef %q, ptr noundef %r, ptr noundef %s) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @rand_r(ptr %p) nounwind
  call double @erand48(ptr %q)
  call i64 @nrand48(ptr %r)
  call i64 @jrand48(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @own(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call i32 @rand_r(ptr %p)
; CHECK-NEXT: call double @erand48(ptr %q)
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @own() {
  %p = alloca i32
  %q = alloca [3 x i16]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @rand_r(ptr %p) nounwind
  call double @erand48(ptr %q)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; With what else is in its object.
; CHECK-LABEL: @in_an_object(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 14)
; CHECK-NEXT: load i64, ptr %p
; CHECK-NEXT: call double @erand48(ptr %q)
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @in_an_object(ptr noundef %p) {
  %q = getelementptr i8, ptr %p, i64 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i64, ptr %p, align 8
  call double @erand48(ptr %q)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; What may throw, or does who knows what.
; CHECK-LABEL: @not_of_these(
; CHECK-NOT: lazy
; CHECK-NOT: settle
; CHECK: ret void
define void @not_of_these(ptr noundef %p, ptr noundef %q) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @rand_r(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @my_rand_r(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @random_r(ptr %p, ptr %q)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i64 @rand_r(ptr %p) nounwind
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @rand_r(ptr %p) nounwind [ "kept"(ptr null) ]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
