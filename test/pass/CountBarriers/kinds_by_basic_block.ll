; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

; RUN: %opt -passes=stm-count %s | FileCheck %s
; Reads, writes, reads that lock, ranges; and without a barrier: the stores
; after reads that lock, what is locked already, fresh, constant, private and
; lent memory, unwritten variables. One call a basic block that has any, behind
; its phis.

declare i64 @__stm_read_u64(ptr)
declare void @__stm_write_u32(ptr, i32)
declare i64 @__stm_read_to_write_u64(ptr)
declare void @__stm_write_read_u64(ptr, i64)
declare void @__stm_read_range(ptr, ptr, i64)
declare ptr @__stm_wrap_memcpy(ptr, ptr, i64)
declare void @_ZGTt4call()
@constant = constant i64 3
@variable = internal global i64 3

; CHECK: [[FIRST:@.*]] = private unnamed_addr constant [11 x i32] [i32 2, i32 1, i32 0, i32 0, i32 0, i32 2, i32 1, i32 1, i32 3, i32 1, i32 1]
; CHECK: [[LOOP:@.*]] = private unnamed_addr constant [11 x i32] [i32 0, i32 0, i32 1, i32 2, i32 1, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0]

; CHECK-LABEL: @_ZGTt1f(
; CHECK-NEXT: call void @__stm_count(ptr [[FIRST]])
; CHECK-NEXT: load i64, ptr %own
; CHECK: loop:
; CHECK-NEXT: phi
; CHECK-NEXT: call void @__stm_count(ptr [[LOOP]])
; CHECK-NEXT: @__stm_read_to_write_u64
; CHECK: end:
; CHECK-NEXT: call void @_ZGTt4call()
define void @_ZGTt1f(ptr %own, ptr %fresh, ptr %p, ptr %q) "stm-version"="f" {
  %plain = load i64, ptr %own
  store i64 0, ptr %own
  store i64 0, ptr %fresh, !stm.fresh !0
  %again = load i64, ptr %q, !stm.covered !0
  call void @__stm_write_read_u64(ptr %q, i64 %again), !stm.covered !0
  store i64 0, ptr %own, !stm.stack !0
  store i64 0, ptr %fresh, !stm.lent !0
  %unwritten = load i64, ptr @variable, !stm.unwritten !0
  %c = load i64, ptr @constant
  %a = call i64 @__stm_read_u64(ptr %p)
  %b = call i64 @__stm_read_u64(ptr %q)
  call void @__stm_write_u32(ptr %q, i32 1)
  br label %loop

loop:
  %i = phi i64 [ 0, %0 ], [ %next, %loop ]
  %old = call i64 @__stm_read_to_write_u64(ptr %p)
  call void @__stm_write_read_u64(ptr %p, i64 %a)
  call void @__stm_read_range(ptr %own, ptr %p, i64 32)
  %to = call ptr @__stm_wrap_memcpy(ptr %p, ptr %q, i64 %b)
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %plain
  br i1 %more, label %loop, label %end

end:
  call void @_ZGTt4call()
  ret void
}

; What isn't a version counts nothing.
; CHECK-LABEL: @f(
; CHECK-NOT: call
define i64 @f(ptr %p) {
  %v = load i64, ptr %p
  ret i64 %v
}

!0 = !{}
