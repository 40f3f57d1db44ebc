; RUN: %opt -passes=stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
; CHECK-LABEL: @byval(
; CHECK: load i64, ptr %p
define i64 @byval(ptr byval(i64) %p) "stm-version"="x" {
  %r = load i64, ptr %p
  ret i64 %r
}
; CHECK-LABEL: @sret(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 1)
define void @sret(ptr sret(i64) %p) "stm-version"="x" {
  store i64 1, ptr %p
  ret void
}
