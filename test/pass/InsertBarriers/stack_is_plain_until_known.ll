; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

; RUN: %opt -passes=stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

; A variable whose address somebody gets later; not so in a loop, where an earlier turn
; has told it.

declare void @_ZGTt7publishPv(ptr)

; CHECK-LABEL: @_ZGTt5until(
; CHECK: store i64 1, ptr %x, align 8, !stm.stack
; CHECK: call void @_ZGTt7publishPv(
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%x)
define i64 @_ZGTt5until() #0 {
  %x = alloca i64
  store i64 1, ptr %x
  call void @_ZGTt7publishPv(ptr %x)
  %v = load i64, ptr %x
  ret i64 %v
}

; CHECK-LABEL: @_ZGTt5again(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%x, i64 1)
define void @_ZGTt5again(i1 %more) #0 {
entry:
  %x = alloca i64
  br label %turn
turn:
  store i64 1, ptr %x
  call void @_ZGTt7publishPv(ptr %x)
  br i1 %more, label %turn, label %end
end:
  ret void
}
attributes #0 = { "stm-version"="x" }
