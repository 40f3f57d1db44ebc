; What the code between blocks does with one object is stamped behind each block that
; leads there, instead of each access.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare i32 @__gxx_personality_v0(...)
declare void @unknown()
declare void @use(i64, i64) nounwind memory(none)
define internal void @body(ptr noundef %c) { ret void }
define internal void @version(ptr noundef %c) "stm-version"="body" { ret void }
@Global = global [4 x i64] zeroinitializer

; Fields of one object, whatever is between them; loads stay plain, too.
; CHECK-LABEL: @fields(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 28)
; CHECK-NEXT: store i64 1, ptr %a
; CHECK-NEXT: %x = load i32, ptr %c
; CHECK-NEXT: store i16 2, ptr %b
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
define void @fields(ptr noundef %p) {
  %a = getelementptr i8, ptr %p, i64 8
  %b = getelementptr i8, ptr %p, i64 24
  %c = getelementptr i8, ptr %p, i64 32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %a
  %x = load i32, ptr %c, align 4
  store i16 2, ptr %b
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @of_a_variable(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr getelementptr {{.*}}(i8, ptr @Global, i64 8), i64 16)
; CHECK-NEXT: load i64
; CHECK-NEXT: store i64
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @of_a_variable() {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i64, ptr getelementptr (i8, ptr @Global, i64 16), align 8
  store i64 1, ptr getelementptr (i8, ptr @Global, i64 8)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; On all ways from there, in a loop.
; CHECK-LABEL: @in_a_loop(
; CHECK: one:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 16)
; CHECK-NEXT: br label %both
; CHECK: two:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[Q:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[Q]], i64 16)
; CHECK-NEXT: br label %both
; CHECK: both:
; CHECK-NEXT: %x = load i64, ptr %p
; CHECK-NEXT: store i64 %x, ptr %q
; CHECK-NOT: settle
; CHECK: ret void
define void @in_a_loop(ptr noundef %p, i1 %c, i1 %d) {
  %q = getelementptr i8, ptr %p, i64 8
  br label %loop
loop:
  br i1 %c, label %one, label %two
one:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br label %both
two:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br label %both
both:
  %x = load i64, ptr %p, align 8
  store i64 %x, ptr %q
  br i1 %d, label %loop, label %end
end:
  ret void
}
; Behind what is invoked: where it returns to.
; CHECK-LABEL: @invoked(
; CHECK: invoke i32 @__stm_atomic_lazy_tx
; CHECK: ok:
; CHECK-NEXT: %s = phi
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 16)
; CHECK-NEXT: store i64 %s, ptr %p
; CHECK-NEXT: store i64 1, ptr %q
; CHECK: caught:
; CHECK-NOT: settle
; CHECK: resume
define void @invoked(ptr noundef %p) personality ptr @__gxx_personality_v0 {
  %q = getelementptr i8, ptr %p, i64 8
  br label %loop
loop:
  %n = phi i64 [ 0, %0 ], [ %m, %ok ]
  invoke i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
          to label %ok unwind label %caught
ok:
  %s = phi i64 [ %n, %loop ]
  store i64 %s, ptr %p
  store i64 1, ptr %q
  %m = add i64 %n, 1
  br label %loop
caught:
  %e = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %e
}
; Which of its fields it is a branch has chosen, or a number.
; CHECK-LABEL: @chosen(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 36)
; CHECK: %which = phi
; CHECK-NEXT: store i64 1, ptr %which
; CHECK-NEXT: %other = select
; CHECK-NEXT: %next = getelementptr
; CHECK-NEXT: store i32 1, ptr %next
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @chosen(ptr noundef %p, i1 %c) {
  %a = getelementptr i8, ptr %p, i64 8
  %b = getelementptr i8, ptr %p, i64 24
  %d = getelementptr i8, ptr %p, i64 32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %one, label %both
one:
  br label %both
both:
  %which = phi ptr [ %a, %0 ], [ %b, %one ]
  store i64 1, ptr %which
  %other = select i1 %c, ptr %b, ptr %d
  %next = getelementptr i8, ptr %other, i64 8
  store i32 1, ptr %next
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Of two objects, and of the one before this.
; CHECK-LABEL: @chosen_elsewhere(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NOT: settle
; CHECK: %which = phi
; CHECK-NEXT: call void @__stm_settle(ptr %which, i64 8)
; CHECK-NEXT: store i64 1, ptr %which
; CHECK-NEXT: call void @__stm_settle(ptr %a, i64 8)
; CHECK-NEXT: store i64 1, ptr %a
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @chosen_elsewhere(ptr noundef %p, ptr noundef %q, i1 %c) {
  %a = getelementptr i8, ptr %p, i64 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %one, label %both
one:
  br label %both
both:
  %which = phi ptr [ %a, %0 ], [ %q, %one ]
  store i64 1, ptr %which
  store i64 1, ptr %a
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Of one, but far apart: what lies there is stamped with its neighbours.
; CHECK-LABEL: @chosen_far_away(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr {{.*}}, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 24)
; CHECK-NEXT: store i64 1
; CHECK-NEXT: store i64 2
; CHECK-NEXT: store i64 3
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @chosen_far_away(ptr noundef %p, i1 %c) {
  %a = getelementptr i8, ptr %p, i64 800
  br i1 %c, label %one, label %both
one:
  br label %both
both:
  %which = phi ptr [ %p, %0 ], [ %a, %one ]
  %x = getelementptr i8, ptr %which, i64 8
  %y = getelementptr i8, ptr %which, i64 16
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %which
  store i64 2, ptr %x
  store i64 3, ptr %y
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @chosen_before(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %before, i64 8)
; CHECK-NEXT: store i64 1, ptr %before
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @chosen_before(ptr noundef %q, i1 %c) {
  %a0 = load volatile ptr, ptr %q
  br label %loop
loop:
  %before = phi ptr [ %a, %loop ], [ %a0, %0 ]
  %p = load volatile ptr, ptr %q
  %a = getelementptr i8, ptr %p, i64 8
  br i1 %c, label %loop, label %end
end:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %before
  store i64 1, ptr %p
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Too far from each other for one stamp; of the rest there is one.
; CHECK-LABEL: @far(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-DAG: [[P:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-DAG: call void @__stm_settle(ptr [[P]], i64 64)
; CHECK-DAG: [[Q:%.*]] = getelementptr i8, ptr %p, i64 64
; CHECK-DAG: call void @__stm_settle(ptr [[Q]], i64 16)
; CHECK: store i64 1
; CHECK-NEXT: store i64 2
; CHECK-NEXT: store i64 3
; CHECK-NEXT: store i64 4
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @far(ptr noundef %p) {
  %a = getelementptr i8, ptr %p, i64 56
  %b = getelementptr i8, ptr %p, i64 64
  %c = getelementptr i8, ptr %p, i64 72
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  store i64 2, ptr %a
  store i64 3, ptr %b
  store i64 4, ptr %c
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @alone_far_away(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: call void @__stm_settle(ptr %a, i64 8)
; CHECK-NEXT: store i64 2, ptr %a
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @alone_far_away(ptr noundef %p) {
  %a = getelementptr i8, ptr %p, i64 64
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  store i64 2, ptr %a
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; What is only loaded others may have read: not stamped, which would have them begin again.
; CHECK-LABEL: @only_loaded(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: %x = call i64 @__stm_settled_read_u64(ptr %p)
; CHECK-NEXT: %y = call i64 @__stm_settled_read_u64(ptr %a)
; CHECK-NOT: __stm_settle(
; CHECK: call i32 @__stm_atomic_lazy_tx
define void @only_loaded(ptr noundef %p) {
  %a = getelementptr i8, ptr %p, i64 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %x = load i64, ptr %p, align 8
  %y = load i64, ptr %a, align 8
  call void @use(i64 %x, i64 %y)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Another object each time, or one that isn't known when the block ends.
; CHECK-LABEL: @of_a_list(
; CHECK: loop:
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: %a = getelementptr
; CHECK-NEXT: call void @__stm_settle(ptr %a, i64 8)
; CHECK-NEXT: store i64 2, ptr %a
; CHECK: call void @__stm_await_quiescence()
define void @of_a_list(ptr noundef %first, ptr noundef %end) {
  br label %loop
loop:
  %p = phi ptr [ %first, %0 ], [ %next, %loop ]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  %a = getelementptr i8, ptr %p, i64 8
  store i64 2, ptr %a
  %next = getelementptr i8, ptr %p, i64 16
  %c = icmp eq ptr %next, %end
  br i1 %c, label %out, label %loop
out:
  ret void
}
; CHECK-LABEL: @loaded_after_it(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = call i64 @__stm_settled_read_u64(ptr %from)
; CHECK-NEXT: %p = inttoptr i64 [[P]] to ptr
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: %a = getelementptr
; CHECK-NEXT: call void @__stm_settle(ptr %a, i64 8)
; CHECK-NEXT: store i64 2, ptr %a
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @loaded_after_it(ptr noundef %from) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %p = load ptr, ptr %from, align 8
  store i64 1, ptr %p
  %a = getelementptr i8, ptr %p, i64 8
  store i64 2, ptr %a
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; But one that was loaded before all blocks, or by way of a settled read.
; CHECK-LABEL: @loaded_before_it(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = call i64 @__stm_settled_read_u64(ptr %from)
; CHECK-NEXT: %p = inttoptr i64 [[P]] to ptr
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[F:%.*]] = freeze ptr %p
; CHECK-NEXT: [[Q:%.*]] = getelementptr i8, ptr [[F]], i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[Q]], i64 16)
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: %a = getelementptr
; CHECK-NEXT: store i64 2, ptr %a
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @loaded_before_it(ptr noundef %from) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %p = load ptr, ptr %from, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  %a = getelementptr i8, ptr %p, i64 8
  store i64 2, ptr %a
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; What is seldom done is stamped there.
; CHECK-LABEL: @seldom(
; CHECK: loop:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: br i1
; CHECK: seldom:
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 1, ptr %p
; CHECK-NEXT: call void @__stm_settle(ptr %a, i64 8)
; CHECK-NEXT: store i64 2, ptr %a
define void @seldom(ptr noundef %p, i1 %c) {
  %a = getelementptr i8, ptr %p, i64 8
  br label %loop
loop:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %seldom, label %loop, !prof !0
seldom:
  store i64 1, ptr %p
  store i64 2, ptr %a
  br label %loop
}
; Often enough for two of them.
; CHECK-LABEL: @one_of_two(
; CHECK: loop:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 16)
; CHECK-NEXT: br i1
; CHECK-NOT: settle
; CHECK: two:
define void @one_of_two(ptr noundef %p, i1 %c) {
  %a = getelementptr i8, ptr %p, i64 8
  br label %loop
loop:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %one, label %two
one:
  store i64 1, ptr %p
  br label %loop
two:
  store i64 2, ptr %a
  br label %loop
}
; Not behind a block from where code comes there by way of a wait, or another block.
; CHECK-LABEL: @past_a_wait(
; CHECK: one:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: br i1
; CHECK: two:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 16)
; CHECK: waits:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @unknown()
; CHECK-NEXT: br label %both
; CHECK: both:
; CHECK-NEXT: store i64 1
; CHECK-NEXT: store i64 2
; CHECK-NEXT: br label %one
define void @past_a_wait(ptr noundef %p, i1 %c) {
  %a = getelementptr i8, ptr %p, i64 8
  br label %one
one:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %two, label %waits
two:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br label %both
waits:
  call void @unknown()
  br label %both
both:
  store i64 1, ptr %p
  store i64 2, ptr %a
  br label %one
}
; Where a block throws, what an earlier one has left may still be left.
; CHECK-LABEL: @after_a_throw(
; CHECK: both:
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 1
; CHECK-NEXT: call void @__stm_settle(ptr %a, i64 8)
; CHECK-NEXT: store i64 2
define void @after_a_throw(ptr noundef %p) personality ptr @__gxx_personality_v0 {
  %a = getelementptr i8, ptr %p, i64 8
  br label %loop
loop:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  invoke i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
          to label %both unwind label %pad
pad:
  %e = landingpad { ptr, i32 } catch ptr null
  br label %both
both:
  store i64 1, ptr %p
  store i64 2, ptr %a
  br label %loop
}
; What is in another address space may be anywhere in this one.
; CHECK-LABEL: @from_another_address_space(
; CHECK: loop:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_settle(ptr %p, i64 8)
; CHECK-NEXT: store i64 1
; CHECK-NEXT: call void @__stm_settle(ptr %a, i64 8)
; CHECK-NEXT: store i64 2
define void @from_another_address_space(ptr addrspace(270) noundef %q) {
  %p = addrspacecast ptr addrspace(270) %q to ptr
  %a = getelementptr i8, ptr %p, i64 8
  br label %loop
loop:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i64 1, ptr %p
  store i64 2, ptr %a
  br label %loop
}
; Two neighbours that are incremented: the load isn't done alone.
; CHECK-LABEL: @of_vectors(
; CHECK: loop:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: [[P:%.*]] = getelementptr i8, ptr %p, i64 0
; CHECK-NEXT: call void @__stm_settle(ptr [[P]], i64 16)
; CHECK-NEXT: load <2 x i64>
; CHECK-NEXT: add
; CHECK-NEXT: store <2 x i64>
define void @of_vectors(ptr noundef %p) {
  br label %loop
loop:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %x = load <2 x i64>, ptr %p
  %y = add <2 x i64> %x, %x
  store <2 x i64> %y, ptr %p
  br label %loop
}
!0 = !{!"branch_weights", i32 1, i32 1000}
