; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=stm-unwritten,stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

; Local variables that only plain code writes, and whose address goes nowhere.

@limit = internal global i64 5
@table = internal global [8 x i64] zeroinitializer
@written = internal global i64 0
@copied_to = internal global [8 x i64] zeroinitializer
@lent = internal global i64 0
@listed = internal global i64 0
@address = global ptr @listed
@exported = global i64 0
@polled = internal global i64 0
@local = internal thread_local global i64 0
declare void @other(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

define void @main(i64 %n, ptr %from) {
  store i64 %n, ptr @limit
  %slot = getelementptr [8 x i64], ptr @table, i64 0, i64 %n
  store i64 1, ptr %slot
  call void @llvm.memcpy.p0.p0.i64(ptr @table, ptr %from, i64 64, i1 false)
  call void @other(ptr @lent)
  store i64 1, ptr @exported
  store i64 1, ptr @listed
  store atomic i64 1, ptr @polled release, align 8
  store i64 1, ptr @local
  ret void
}

; CHECK-LABEL: @_ZGTt4read(
; CHECK: load i64, ptr @limit
; CHECK: load i64, ptr %slot
; CHECK: @__stm_read_u64({{.*}}@written)
; CHECK: @__stm_read_u64({{.*}}@copied_to)
; CHECK: @__stm_read_u64({{.*}}@lent)
; CHECK: @__stm_read_u64({{.*}}@listed)
; CHECK: @__stm_read_u64({{.*}}@exported)
; CHECK: @__stm_read_u64({{.*}}@polled)
; CHECK: @__stm_read_u64({{.*}}@local)
; CHECK: @__stm_read_u64({{.*}}%either)
define i64 @_ZGTt4read(i64 %n, i1 %c) "stm-version"="read" {
  %a = load i64, ptr @limit
  %slot = getelementptr [8 x i64], ptr @table, i64 0, i64 %n
  %b = load i64, ptr %slot
  %d = load i64, ptr @written
  %e = load i64, ptr @copied_to
  %f = load i64, ptr @lent
  %g = load i64, ptr @listed
  %h = load i64, ptr @exported
  %i = load i64, ptr @polled
  %j = load i64, ptr @local
  %either = select i1 %c, ptr @limit, ptr @exported
  %k = load i64, ptr %either
  %s1 = add i64 %a, %b
  %s2 = add i64 %d, %e
  %s3 = add i64 %f, %g
  %s4 = add i64 %h, %i
  %s5 = add i64 %j, %k
  %s6 = add i64 %s1, %s2
  %s7 = add i64 %s3, %s4
  %s8 = add i64 %s5, %s6
  %s9 = add i64 %s7, %s8
  ret i64 %s9
}

define void @_ZGTt5write(ptr %from) "stm-version"="write" {
  store i64 1, ptr @written
  call void @llvm.memcpy.p0.p0.i64(ptr @copied_to, ptr %from, i64 64, i1 false)
  ret void
}

; However many there are.
; CHECK-LABEL: @_ZGTt4many(
; CHECK-COUNT-20: load i64, ptr @limit{{.*}}, !stm.unwritten
define i64 @_ZGTt4many() "stm-version"="many" {
  %s1 = load i64, ptr @limit
  %v1 = load i64, ptr @limit
  %s2 = add i64 %s1, %v1
  %v2 = load i64, ptr @limit
  %s3 = add i64 %s2, %v2
  %v3 = load i64, ptr @limit
  %s4 = add i64 %s3, %v3
  %v4 = load i64, ptr @limit
  %s5 = add i64 %s4, %v4
  %v5 = load i64, ptr @limit
  %s6 = add i64 %s5, %v5
  %v6 = load i64, ptr @limit
  %s7 = add i64 %s6, %v6
  %v7 = load i64, ptr @limit
  %s8 = add i64 %s7, %v7
  %v8 = load i64, ptr @limit
  %s9 = add i64 %s8, %v8
  %v9 = load i64, ptr @limit
  %s10 = add i64 %s9, %v9
  %v10 = load i64, ptr @limit
  %s11 = add i64 %s10, %v10
  %v11 = load i64, ptr @limit
  %s12 = add i64 %s11, %v11
  %v12 = load i64, ptr @limit
  %s13 = add i64 %s12, %v12
  %v13 = load i64, ptr @limit
  %s14 = add i64 %s13, %v13
  %v14 = load i64, ptr @limit
  %s15 = add i64 %s14, %v14
  %v15 = load i64, ptr @limit
  %s16 = add i64 %s15, %v15
  %v16 = load i64, ptr @limit
  %s17 = add i64 %s16, %v16
  %v17 = load i64, ptr @limit
  %s18 = add i64 %s17, %v17
  %v18 = load i64, ptr @limit
  %s19 = add i64 %s18, %v18
  %v19 = load i64, ptr @limit
  %s20 = add i64 %s19, %v19
  ret i64 %s20
}
