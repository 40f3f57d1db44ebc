; RUN: %opt -passes=stm-readonly %s | FileCheck %s
; CHECK-LABEL: @run(
; CHECK: call i32 @__stm_atomic_ro_tx(ptr null, ptr @even, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_tx(ptr null, ptr @ping, ptr null, ptr null)
define void @run() {
  call i32 @__stm_atomic_tx(ptr null, ptr @even, ptr null, ptr null)
  call i32 @__stm_atomic_tx(ptr null, ptr @ping, ptr null, ptr null)
  ret void
}
define void @even(ptr %p) "stm-version"="x" {
  call void @odd(ptr %p)
  ret void
}
define void @odd(ptr %p) "stm-version"="x" {
  call void @even(ptr %p)
  ret void
}
define void @ping(ptr %p) "stm-version"="x" {
  call void @pong(ptr %p)
  ret void
}
define void @pong(ptr %p) "stm-version"="x" {
  call void @ping(ptr %p)
  call void @__stm_write_u64(ptr %p, i64 1)
  ret void
}
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare void @__stm_write_u64(ptr, i64)
