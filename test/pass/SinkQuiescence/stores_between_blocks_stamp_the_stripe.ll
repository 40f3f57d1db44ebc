; A store between two blocks need not wait: the stripe is given the block's time, so
; that nobody who is older sees what is stored there.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare ptr @at(i32) nounwind memory(none)
declare void @unknown()
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }
@Table = constant [64 x i8] zeroinitializer
@Global = global [64 x i8] zeroinitializer

; CHECK-LABEL: @of_all_types(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %i8, i64 1)
; CHECK-NEXT: store i8 1, ptr %i8
; CHECK-NEXT: call void @__stm_settle(ptr %i16, i64 2)
; CHECK-NEXT: store i16 2, ptr %i16
; CHECK-NEXT: call void @__stm_settle(ptr %i32, i64 4)
; CHECK-NEXT: store i32 3, ptr %i32
; CHECK-NEXT: call void @__stm_settle(ptr %i64, i64 8)
; CHECK-NEXT: store i64 4, ptr %i64
; CHECK-NEXT: call void @__stm_settle(ptr %ptr, i64 8)
; CHECK-NEXT: store ptr null, ptr %ptr
; CHECK-NEXT: call void @__stm_settle(ptr %double, i64 8)
; CHECK-NEXT: store double 1.000000e+00, ptr %double
; CHECK-NEXT: call void @__stm_settle(ptr %v, i64 32)
; CHECK-NEXT: store <4 x i64> zeroinitializer, ptr %v
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
define void @of_all_types(ptr %i8, ptr %i16, ptr %i32, ptr %i64, ptr %ptr, ptr %double, ptr %v) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i8 1, ptr %i8
  store i16 2, ptr %i16
  store i32 3, ptr %i32
  store i64 4, ptr %i64
  store ptr null, ptr %ptr
  store double 1.0, ptr %double
  store <4 x i64> zeroinitializer, ptr %v
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; What is added to is stamped before it is loaded, and the load left plain, unless it is
; of more than what is stored.
; CHECK-LABEL: @counts(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: %p = call ptr @at(i32 1)
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: %x = load i64, ptr %p
; CHECK-NEXT: %y = add i64 %x, 1
; CHECK-NEXT: store i64 %y, ptr %p
; CHECK-NEXT: %q = call ptr @at(i32 2)
; CHECK-NEXT: call i16 @__stm_settled_read_u16(ptr %q)
; CHECK-NEXT: call void @__stm_settle(ptr %q, i64 1)
; CHECK-NEXT: store i8 1, ptr %q
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @counts() {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %p = call ptr @at(i32 1)
  %x = load i64, ptr %p, align 8
  %y = add i64 %x, 1
  store i64 %y, ptr %p
  %q = call ptr @at(i32 2)
  load i16, ptr %q, align 2
  store i8 1, ptr %q
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @stored_after_a_block(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: %x = call i64 @__stm_settled_read_u64(ptr %p)
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 %x, ptr %p
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @stored_after_a_block(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %x = load i64, ptr %p, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 %x, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Once, if it was of as many bytes; but each block leaves a wait of its own.
; CHECK-LABEL: @twice(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: %p = call ptr @at(i32 1)
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 4)
; CHECK-NEXT: store i32 1
; CHECK-NEXT: store i16 2
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 3
; CHECK-NEXT: store i32 4
; CHECK-NEXT: load i64, ptr %p
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 4)
; CHECK-NEXT: store i32 5
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @twice() {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %p = call ptr @at(i32 1)
  store i32 1, ptr %p
  store i16 2, ptr %p
  store i64 3, ptr %p
  store i32 4, ptr %p
  load i64, ptr %p, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i32 5, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Of a length that is known, from where nobody else stores.
; CHECK-LABEL: @fills_and_copies(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 64)
; CHECK-NEXT: call void @llvm.memset{{.*}}(ptr %p, i8 0, i64 64
; CHECK-NEXT: call void @__stm_settle(ptr %q, i64 8)
; CHECK-NEXT: call void @llvm.memcpy{{.*}}(ptr %q, ptr @Table, i64 8
; CHECK-NEXT: call void @__stm_settle(ptr %r, i64 16)
; CHECK-NEXT: call void @llvm.memmove{{.*}}(ptr %r, ptr %own, i64 16
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @fills_and_copies(ptr %p, ptr %q, ptr %r) {
  %own = alloca [16 x i8]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 64, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %q, ptr @Table, i64 8, i1 false)
  call void @llvm.memmove.p0.p0.i64(ptr %r, ptr %own, i64 16, i1 false)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Too much, or who knows how much; of others' memory; told to others.
; CHECK-LABEL: @not_of_these(
; CHECK-NOT: lazy
; CHECK-NOT: settle
; CHECK: ret void
define void @not_of_these(ptr %p, i64 %n, <vscale x 2 x i64> %v) {
  %own = alloca [16 x i8]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store <16 x i64> zeroinitializer, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store <vscale x 2 x i64> %v, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 65, i1 false)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 %n, i1 false)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 8, i1 true)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr @Table, i64 65, i1 false)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr @Table, i64 8, i1 true)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr @Global, i64 8, i1 false)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.memcpy.p0.p0.i64(ptr %own, ptr %p, i64 8, i1 false)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i64 1, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store atomic i64 1, ptr %p monotonic, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  atomicrmw add ptr %p, i64 1 monotonic
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; They wait where they are.
; CHECK-LABEL: @these_wait(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK: one:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: store <16 x i64>
; CHECK: two:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @llvm.memset
; CHECK: three:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @llvm.memcpy
; CHECK: again:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @these_wait(ptr %p, i64 %n, i32 %c) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  switch i32 %c, label %again [
    i32 1, label %one
    i32 2, label %two
    i32 3, label %three
  ]
one:
  store <16 x i64> zeroinitializer, ptr %p
  br label %again
two:
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 %n, i1 false)
  br label %again
three:
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr @Global, i64 8, i1 false)
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @what_a_sanitizer_looks_at_thread(
; CHECK-NOT: lazy
; CHECK-NOT: settle
; CHECK: ret void
define void @what_a_sanitizer_looks_at_thread(ptr %p) sanitize_thread {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @what_a_sanitizer_looks_at_address(
; CHECK-NOT: lazy
; CHECK-NOT: settle
; CHECK: ret void
define void @what_a_sanitizer_looks_at_address(ptr %p) sanitize_address {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; On the way to what waits in any case it waits at once.
; CHECK-LABEL: @on_no_way_to_a_block(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: call void @unknown()
; CHECK-NOT: settle
; CHECK: ret void
define void @on_no_way_to_a_block(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  call void @unknown()
  ret void
}
; Nothing is left before the first block, nor after a wait.
; CHECK-LABEL: @where_nothing_is_left(
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NOT: settle
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @unknown()
; CHECK-NEXT: store i64 2, ptr %p
; CHECK: ret void
define void @where_nothing_is_left(ptr %p, i1 %c) {
  store i64 1, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %shared, label %again
shared:
  call void @unknown()
  store i64 2, ptr %p
  br label %again
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @too_many_in_a_loop(
; CHECK-NOT: lazy
; CHECK-NOT: settle
; CHECK: ret void
define void @too_many_in_a_loop(ptr %p, i1 %c) {
  br label %loop
loop:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  br i1 %c, label %loop, label %end
end:
  ret void
}
; As many as may be, and another one outside.
; CHECK-LABEL: @not_too_many(
; CHECK: loop:
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NOT: await
; CHECK: call i32 @__stm_atomic_lazy_tx
define void @not_too_many(ptr %p, i1 %c) {
  br label %loop
loop:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  store i64 1, ptr %p
  br i1 %c, label %loop, label %out
out:
  store i64 1, ptr %p
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
; CHECK-NEXT: phi
; CHECK-NEXT: getelementptr
; CHECK-NEXT: store i64 %i
define void @in_an_inner_loop(ptr %p, i1 %c, i64 %n) {
  br label %outer
outer:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %enter, label %outer
enter:
  br label %inner
inner:
  %i = phi i64 [ 0, %enter ], [ %j, %inner ]
  %a = getelementptr i64, ptr %p, i64 %i
  store i64 %i, ptr %a
  %j = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %outer, label %inner
}
; The stripes are of one address space.
; CHECK-LABEL: @elsewhere(
; CHECK-NOT: lazy
; CHECK-NOT: settle
; CHECK: ret void
define void @elsewhere(ptr addrspace(256) %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr addrspace(256) %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
