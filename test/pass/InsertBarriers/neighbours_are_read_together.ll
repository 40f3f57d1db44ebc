; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; Loads of words that make up 32 bytes, or 16 of halves of words, are one range
; where the first was.

; In any order, of any types, beside others; only what is full.
; CHECK-LABEL: @_ZGTt8together(
; CHECK: [[BEGIN:%.*]] = getelementptr i8, ptr %second, i64 -8
; CHECK: call void @__stm_read_range(ptr {{.*}}[[SLOT:%stm.private]], ptr {{.*}}align 8 {{.*}}[[BEGIN]], i64 32)
; CHECK-NEXT: [[A:%.*]] = getelementptr i8, ptr [[SLOT]], i64 0
; CHECK-NEXT: %a = load i64, ptr [[A]]
; CHECK-NEXT: [[B:%.*]] = getelementptr i8, ptr [[SLOT]], i64 8
; CHECK-NEXT: %b = load double, ptr [[B]]
; CHECK-NEXT: [[C:%.*]] = getelementptr i8, ptr [[SLOT]], i64 16
; CHECK-NEXT: %c = load <2 x i64>, ptr [[C]]
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%other)
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%fifth)
; CHECK-NOT: call {{.*}}@__stm_read
; CHECK: ret
define i64 @_ZGTt8together(ptr %p, ptr %other) "stm-version"="together" {
  %second = getelementptr i64, ptr %p, i64 1
  %b = load double, ptr %second, align 8
  %x = load i64, ptr %other, align 8
  %a = load i64, ptr %p, align 8
  %third = getelementptr i64, ptr %p, i64 2
  %c = load <2 x i64>, ptr %third, align 8
  %fifth = getelementptr i64, ptr %p, i64 4
  %e = load i64, ptr %fifth, align 8
  %f = fptosi double %b to i64
  %c0 = extractelement <2 x i64> %c, i64 0
  %s = add i64 %a, %x
  %t = add i64 %s, %c0
  %u = add i64 %t, %e
  %v = add i64 %u, %f
  ret i64 %v
}

; Indices of an unrolled loop.
; CHECK-LABEL: @_ZGTt8unrolled(
; CHECK: call void @__stm_read_range(ptr {{.*}}, ptr {{.*}}align 8 {{.*}}%p0, i64 32)
; CHECK-NOT: call {{.*}}@__stm_read_u64
; CHECK: ret
define i64 @_ZGTt8unrolled(ptr %p, i64 %n) "stm-version"="unrolled" {
  %i0 = shl i64 %n, 2
  %i1 = or disjoint i64 %i0, 1
  %i2 = or disjoint i64 %i0, 2
  %i3 = or disjoint i64 %i0, 3
  %p0 = getelementptr i64, ptr %p, i64 %i0
  %p1 = getelementptr i64, ptr %p, i64 %i1
  %p2 = getelementptr i64, ptr %p, i64 %i2
  %p3 = getelementptr i64, ptr %p, i64 %i3
  %a = load i64, ptr %p0, align 8
  %b = load i64, ptr %p1, align 8
  %c = load i64, ptr %p2, align 8
  %d = load i64, ptr %p3, align 8
  %s = add i64 %a, %b
  %t = add i64 %s, %c
  %u = add i64 %t, %d
  ret i64 %u
}

; What is aligned to 4 only, or to 8 where the range begins.
; CHECK-LABEL: @_ZGTt6halves(
; CHECK: call void @__stm_read_range(ptr {{.*}}, ptr {{.*}}align 4 {{.*}}%p, i64 16)
; CHECK: call void @__stm_read_range(ptr {{.*}}, ptr {{.*}}align 8 {{.*}}, i64 16)
; CHECK-NOT: call {{.*}}@__stm_read
; CHECK: ret
define float @_ZGTt6halves(ptr %p, ptr %q) "stm-version"="halves" {
  %p1 = getelementptr float, ptr %p, i64 1
  %p2 = getelementptr float, ptr %p, i64 2
  %p3 = getelementptr float, ptr %p, i64 3
  %a = load float, ptr %p, align 4
  %b = load float, ptr %p1, align 4
  %c = load float, ptr %p2, align 4
  %d = load float, ptr %p3, align 4
  %q1 = getelementptr i32, ptr %q, i64 1
  %q2 = getelementptr i32, ptr %q, i64 2
  %e = load i32, ptr %q1, align 4
  %f = load <2 x float>, ptr %q2, align 4
  %g = load float, ptr %q, align 8
  %f0 = extractelement <2 x float> %f, i64 0
  %x = bitcast i32 %e to float
  %s = fadd float %a, %b
  %t = fadd float %s, %c
  %u = fadd float %t, %d
  %v = fadd float %u, %f0
  %w = fadd float %v, %g
  %y = fadd float %w, %x
  ret float %y
}

; What a store may change, a call may end or nothing may keep from faulting is
; read where it stood; so is what is about to be written, and what isn't words.
; CHECK-LABEL: @_ZGTt5apart(
; CHECK-NOT: i64 32)
; CHECK: ret
define void @_ZGTt5apart(ptr %p, ptr %q, ptr %r, ptr %s) "stm-version"="apart" {
  %p1 = getelementptr i64, ptr %p, i64 1
  %p2 = getelementptr i64, ptr %p, i64 2
  %p3 = getelementptr i64, ptr %p, i64 3
  %a = load i64, ptr %p, align 8
  %b = load i64, ptr %p1, align 8
  store i64 %a, ptr %q, align 8
  %c = load i64, ptr %p2, align 8
  call void @_ZGTt7unknown(i64 %b, i64 %c)
  %d = load i64, ptr %p3, align 8
  %changed = add i64 %d, 1
  store i64 %changed, ptr %p3, align 8

  %r1 = getelementptr i64, ptr %r, i64 1
  %r2 = getelementptr i64, ptr %r, i64 2
  %r3 = getelementptr i64, ptr %r, i64 3
  %e = load i64, ptr %r, align 8
  %f = load i64, ptr %r1, align 8
  %g = load i64, ptr %r2, align 8
  %h = load i64, ptr %r3, align 8
  %sum = add i64 %e, %f
  store i64 %sum, ptr %r, align 8

  %s1 = getelementptr i32, ptr %s, i64 1
  %s2 = getelementptr i64, ptr %s, i64 1
  %s3 = getelementptr <2 x i64>, ptr %s, i64 1
  %k = load i32, ptr %s, align 8
  %l = load i32, ptr %s1, align 4
  %m = load i64, ptr %s2, align 4
  %n = load <2 x i64>, ptr %s3, align 16
  %n0 = extractelement <2 x i64> %n, i64 0
  call void @_ZGTt7unknown(i64 %g, i64 %h)
  call void @_ZGTt7unknown(i64 %m, i64 %n0)
  ret void
}
declare void @_ZGTt7unknown(i64, i64) "stm-version"="unknown"
