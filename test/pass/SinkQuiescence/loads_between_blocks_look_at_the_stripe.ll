; A load between two blocks need not wait: it looks whether somebody has the
; stripe, or has changed it.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare void @use(ptr, i64, double, i1) nounwind memory(none)
declare void @unknown()
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }

; CHECK-LABEL: @of_all_types(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = call i64 @__stm_settled_read_u64(ptr %p)
; CHECK-NEXT: %a = inttoptr i64 [[P]] to ptr
; CHECK-NEXT: [[S:%.*]] = call i16 @__stm_settled_read_u16(ptr %a)
; CHECK-NEXT: %b = zext i16
; CHECK-NEXT: [[D:%.*]] = call i64 @__stm_settled_read_u64(ptr %p)
; CHECK-NEXT: %d = bitcast i64 [[D]] to double
; CHECK-NEXT: [[B:%.*]] = call i8 @__stm_settled_read_u8(ptr %p)
; CHECK-NEXT: %e = trunc i8 [[B]] to i1
; CHECK-NOT: await
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
define void @of_all_types(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %a = load ptr, ptr %p, align 8, !nonnull !0
  %s = load i16, ptr %a, align 2
  %b = zext i16 %s to i64
  %d = load double, ptr %p, align 8
  %e = load i1, ptr %p, align 1
  call void @use(ptr %a, i64 %b, double %d, i1 %e)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Nobody learns anything from it: whatever its order, it is an atomic load again
; when it is inlined. A device's register isn't a variable with a name.
; CHECK-LABEL: @atomic_and_volatile(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call i32 @__stm_settled_read_u32(ptr %p)
; CHECK-NEXT: call i8 @__stm_settled_read_u8(ptr %p)
; CHECK-NEXT: call i64 @__stm_settled_read_u64(ptr %p)
; CHECK-NEXT: call i32 @__stm_settled_read_u32(ptr getelementptr
; CHECK-NOT: await
; CHECK: call i32 @__stm_atomic_lazy_tx
@Flags = external global [4 x i32]
define void @atomic_and_volatile(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load atomic i32, ptr %p monotonic, align 4
  load atomic i8, ptr %p acquire, align 1
  load atomic i64, ptr %p seq_cst, align 8
  load volatile i32, ptr getelementptr (i8, ptr @Flags, i64 4), align 4
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Before the first block, and after the wait, loads stay what they are.
; CHECK-LABEL: @where_nothing_is_left(
; CHECK-NEXT: load i64, ptr %p
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: store volatile
; CHECK-NEXT: load i64, ptr %p
define void @where_nothing_is_left(ptr %p, i1 %c) {
  load i64, ptr %p, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %shared, label %again
shared:
  store volatile i64 1, ptr %p
  load i64, ptr %p, align 8
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; On the way to what waits in any case it waits at once.
; CHECK-LABEL: @on_no_way_to_a_block(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: load i64, ptr %p
; CHECK-NEXT: call void @unknown()
define void @on_no_way_to_a_block(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i64, ptr %p, align 8
  call void @unknown()
  ret void
}
; CHECK-LABEL: @not_of_these(
; CHECK-NOT: lazy
; CHECK-NOT: settled
; CHECK: ret void
define void @not_of_these(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i64, ptr %p, align 4
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load <2 x i64>, ptr %p, align 16
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load volatile i64, ptr %p, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i24, ptr %p, align 4
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @what_a_sanitizer_looks_at(
; CHECK-NOT: lazy
; CHECK-NOT: settled
; CHECK: ret void
define void @what_a_sanitizer_looks_at(ptr %p) sanitize_thread {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i64, ptr %p, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @too_many(
; CHECK-NOT: lazy
; CHECK: ret void
define void @too_many(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  load i64, ptr %p, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Those of an inner loop wait before it.
; CHECK-LABEL: @in_an_inner_loop(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: br
; CHECK: enter:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: br label %inner
; CHECK: inner:
; CHECK: load i64, ptr %p
define void @in_an_inner_loop(ptr %p, i1 %c) {
  br label %outer
outer:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %enter, label %outer
enter:
  br label %inner
inner:
  %x = load i64, ptr %p, align 8
  %d = icmp eq i64 %x, 0
  br i1 %d, label %outer, label %inner
}
; No block of its own comes before this one.
; CHECK-LABEL: @in_a_loop_that_is_entered_from_two_places(
; CHECK: one:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: br label %inner
; CHECK: two:
; CHECK-NEXT: br label %inner
define void @in_a_loop_that_is_entered_from_two_places(ptr %p, i1 %c, i1 %e) {
  br i1 %c, label %one, label %two
one:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br label %inner
two:
  br label %inner
inner:
  %x = load i64, ptr %p, align 8
  %d = icmp eq i64 %x, 0
  br i1 %d, label %end, label %inner
end:
  ret void
}
!0 = !{}
