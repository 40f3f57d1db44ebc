; Not the allocated size: what lies behind belongs to somebody else.
; RUN: %opt -passes=stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
; CHECK: @__stm_write_range({{.*}}, i64 12)
; CHECK: @__stm_write_range({{.*}}, i64 10)
; CHECK: @__stm_write_range({{.*}}, i64 16)
; CHECK: @__stm_write_range({{.*}}, i64 3)
; CHECK: @__stm_write_range({{.*}}, i64 16)
; CHECK: @__stm_write_range({{.*}}, i64 32)
define void @f(ptr %p, <3 x float> %v, x86_fp80 %l, i128 %i, i24 %j, {i64, i32} %s, <8 x i32> %w) "stm-version"="x" {
  store <3 x float> %v, ptr %p
  store x86_fp80 %l, ptr %p
  store i128 %i, ptr %p
  store i24 %j, ptr %p
  store {i64, i32} %s, ptr %p
  store <8 x i32> %w, ptr %p
  ret void
}
