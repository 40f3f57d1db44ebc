; RUN: %opt -passes=stm-readonly %s | FileCheck %s
; CHECK-LABEL: @run(
; CHECK: call i32 @__stm_atomic_ro_tx(ptr null, ptr @reads, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @writes, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @writes_below, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @writes_range, ptr null, ptr null)
define void @run() {
  call i32 @__stm_atomic_tx(ptr null, ptr @reads, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @writes, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @writes_below, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @writes_range, ptr null, ptr null)
  ret void
}
define void @reads(ptr %p) "stm-version"="x" {
  %x = call i64 @__stm_read_u64(ptr %p)
  %a = alloca i64
  call void @__stm_read_range(ptr %a, ptr %p, i64 8)
  store i64 1, ptr %a
  ret void
}
define void @writes(ptr %p) "stm-version"="x" {
  call void @__stm_write_u64(ptr %p, i64 1)
  ret void
}
define void @writes_below(ptr %p) "stm-version"="x" {
  call void @reads(ptr %p)
  call void @between(ptr %p)
  ret void
}
define void @between(ptr %p) "stm-version"="x" {
  call void @writes(ptr %p)
  ret void
}
define void @writes_range(ptr %p) "stm-version"="x" {
  %a = alloca i64
  call void @__stm_write_range(ptr %p, ptr %a, i64 8)
  ret void
}
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare i64 @__stm_read_u64(ptr)
declare void @__stm_write_u64(ptr, i64)
declare void @__stm_read_range(ptr, ptr, i64)
declare void @__stm_write_range(ptr, ptr, i64)
