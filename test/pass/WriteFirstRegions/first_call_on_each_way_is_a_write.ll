; RUN: %opt -passes=stm-writefirst %s | FileCheck %s
; CHECK-LABEL: @run(
; CHECK: call i32 @__stm_atomic_wf_tx(ptr null, ptr @writes, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_wf_tx(ptr null, ptr @reads_to_write, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_wf_tx(ptr null, ptr @writes_on_both_ways, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_wf_tx(ptr null, ptr @writes_or_nothing, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_wf_tx(ptr null, ptr @calls_one_that_writes, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_wf_tx(ptr null, ptr @writes_in_a_loop, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @reads, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @reads_on_one_way, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @calls_something, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @calls_one_that_may_do_nothing, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @calls_one_that_may_be_another, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @calls_itself, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @writes_a_range, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @nothing, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr %unknown, ptr null, ptr null)
define void @run(ptr %unknown) {
  call i32 @__stm_atomic_tx(ptr null, ptr @writes, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @reads_to_write, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @writes_on_both_ways, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @writes_or_nothing, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @calls_one_that_writes, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @writes_in_a_loop, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @reads, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @reads_on_one_way, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @calls_something, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @calls_one_that_may_do_nothing, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @calls_one_that_may_be_another, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @calls_itself, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @writes_a_range, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @nothing, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr %unknown, ptr null, ptr null)
  ret void
}
; What it does with its own memory doesn't count.
define void @writes(ptr %p) "stm-version"="x" {
  %a = alloca i64
  store i64 1, ptr %a
  %x = load i64, ptr %a
  %y = call i64 @llvm.smax.i64(i64 %x, i64 3)
  call void @__stm_write_u64(ptr %p, i64 %y)
  %z = call i64 @__stm_read_u64(ptr %p)
  ret void
}
define void @reads_to_write(ptr %p) "stm-version"="x" {
  %x = call i64 @__stm_read_to_write_u64(ptr %p)
  call void @__stm_write_read_u64(ptr %p, i64 %x)
  ret void
}
define void @writes_on_both_ways(ptr %p) "stm-version"="x" {
  %null = icmp eq ptr %p, null
  br i1 %null, label %a, label %b
a:
  call void @__stm_write_u64(ptr @G, i64 1)
  ret void
b:
  call void @__stm_write_u8(ptr %p, i8 1)
  ret void
}
define void @writes_or_nothing(ptr %p) "stm-version"="x" {
  %null = icmp eq ptr %p, null
  br i1 %null, label %a, label %b
a:
  ret void
b:
  call void @__stm_write_u64(ptr %p, i64 1)
  ret void
}
define void @calls_one_that_writes(ptr %p) "stm-version"="x" {
  call void @writes(ptr %p)
  ret void
}
define void @writes_in_a_loop(ptr %p) "stm-version"="x" {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %j, %latch ]
  %skip = icmp eq i64 %i, 3
  br i1 %skip, label %latch, label %body
body:
  call void @__stm_write_u64(ptr %p, i64 %i)
  br label %latch
latch:
  %j = add i64 %i, 1
  %end = icmp eq i64 %j, 10
  br i1 %end, label %exit, label %loop
exit:
  ret void
}
define void @reads(ptr %p) "stm-version"="x" {
  %x = call i64 @__stm_read_u64(ptr %p)
  call void @__stm_write_u64(ptr %p, i64 %x)
  ret void
}
define void @reads_on_one_way(ptr %p) "stm-version"="x" {
  %null = icmp eq ptr %p, null
  br i1 %null, label %a, label %b
a:
  %x = call i64 @__stm_read_u64(ptr %p)
  ret void
b:
  call void @__stm_write_u64(ptr %p, i64 1)
  ret void
}
define void @calls_something(ptr %p) "stm-version"="x" {
  call void @pure()
  call void @__stm_write_u64(ptr %p, i64 1)
  ret void
}
define void @calls_one_that_may_do_nothing(ptr %p) "stm-version"="x" {
  call void @writes_or_nothing(ptr %p)
  ret void
}
define weak void @may_be_another(ptr %p) "stm-version"="x" {
  call void @__stm_write_u64(ptr %p, i64 1)
  ret void
}
define void @calls_one_that_may_be_another(ptr %p) "stm-version"="x" {
  call void @may_be_another(ptr %p)
  ret void
}
define void @calls_itself(ptr %p) "stm-version"="x" {
  call void @calls_itself(ptr %p)
  call void @__stm_write_u64(ptr %p, i64 1)
  ret void
}
define void @writes_a_range(ptr %p, i64 %n) "stm-version"="x" {
  %a = alloca i64
  call void @__stm_write_range(ptr %p, ptr %a, i64 %n)
  ret void
}
define void @nothing(ptr %p) "stm-version"="x" {
  ret void
}
@G = global i64 0
declare void @pure()
declare i64 @llvm.smax.i64(i64, i64)
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare i64 @__stm_read_u64(ptr)
declare i64 @__stm_read_to_write_u64(ptr)
declare void @__stm_write_u64(ptr, i64)
declare void @__stm_write_u8(ptr, i8)
declare void @__stm_write_read_u64(ptr, i64)
declare void @__stm_write_range(ptr, ptr, i64)
