; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; A loop that goes from byte to byte reads an aligned word, and again where that ends.

; CHECK-LABEL: @_ZGTt4hash(
; CHECK: %first = call i8 @__stm_read_u8(ptr {{.*}}%p)
; CHECK: loop:
; CHECK-DAG: [[WORD:%.*]] = phi i64 [ 0, %0 ], [ [[NOW:%.*]], %{{.*}} ]
; CHECK-DAG: [[WHERE:%.*]] = phi ptr [ inttoptr (i64 1 to ptr), %0 ], [ [[HERE:%.*]], %{{.*}} ]
; CHECK: [[BEGIN:%.*]] = call ptr @llvm.ptrmask.p0.i64(ptr %after, i64 -8)
; CHECK-NEXT: [[OTHER:%.*]] = icmp ne ptr [[BEGIN]], [[WHERE]]
; CHECK-NEXT: br i1 [[OTHER]], label %[[READ:.*]], label %[[HAVE:.*]], !prof
; CHECK: [[READ]]:
; CHECK-NEXT: [[NEW:%.*]] = call i64 @__stm_read_u64(ptr {{.*}}[[BEGIN]])
; CHECK: [[HAVE]]:
; CHECK-DAG: [[NOW]] = phi i64 {{.*}}[ [[NEW]], %[[READ]] ]
; CHECK-DAG: [[HERE]] = phi ptr {{.*}}[ [[BEGIN]], %[[READ]] ]
; CHECK: [[N:%.*]] = ptrtoint ptr %after to i64
; CHECK-NEXT: [[BYTE:%.*]] = and i64 [[N]], 7
; CHECK-NEXT: [[SHIFT:%.*]] = shl i64 [[BYTE]], 3
; CHECK-NEXT: [[ALL:%.*]] = lshr i64 [[NOW]], [[SHIFT]]
; CHECK-NEXT: %next = trunc i64 [[ALL]] to i8
define i64 @_ZGTt4hash(ptr %p) "stm-version"="hash" {
  %first = load i8, ptr %p
  %none = icmp eq i8 %first, 0
  br i1 %none, label %end, label %loop
loop:
  %c = phi i8 [ %next, %loop ], [ %first, %0 ]
  %at = phi ptr [ %after, %loop ], [ %p, %0 ]
  %h = phi i64 [ %sum, %loop ], [ 0, %0 ]
  %after = getelementptr i8, ptr %at, i64 1
  %w = zext i8 %c to i64
  %m = mul i64 %h, 65599
  %sum = add i64 %m, %w
  %next = load i8, ptr %after
  %done = icmp eq i8 %next, 0
  br i1 %done, label %end, label %loop
end:
  %r = phi i64 [ 0, %0 ], [ %sum, %loop ]
  ret i64 %r
}

; Backwards, beside what needs no barrier.
; CHECK-LABEL: @_ZGTt9backwards(
; CHECK: call i64 @__stm_read_u64(
; CHECK-NOT: @__stm_read_u8
; CHECK: ret
@Table = constant [256 x i64] zeroinitializer
define i64 @_ZGTt9backwards(ptr %p, i64 %n) "stm-version"="backwards" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %s = phi i64 [ 0, %0 ], [ %u, %loop ]
  %k = sub i64 0, %i
  %b = getelementptr i8, ptr %p, i64 %k
  %y = load i8, ptr %b
  %index = zext i8 %y to i64
  %entry = getelementptr [256 x i64], ptr @Table, i64 0, i64 %index
  %t = load i64, ptr %entry
  %u = add i64 %s, %t
  %j = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i64 %u
}

; Not beside another read, which may say whose the next byte is.
; CHECK-LABEL: @_ZGTt3two(
; CHECK-COUNT-2: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i64 @_ZGTt3two(ptr %p, ptr %q, i64 %n) "stm-version"="two" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load i8, ptr %a
  %b = getelementptr i8, ptr %q, i64 %i
  %y = load i8, ptr %b
  %j = add i64 %i, 1
  %d = icmp eq i8 %x, %y
  br i1 %d, label %end, label %loop
end:
  ret i64 %i
}
; CHECK-LABEL: @_ZGTt4flag(
; CHECK-DAG: call i32 @__stm_read_u32(
; CHECK-DAG: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i8 @_ZGTt4flag(ptr %p, ptr %q) "stm-version"="flag" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load i8, ptr %a
  %y = load i32, ptr %q
  %j = add i64 %i, 1
  %d = icmp eq i32 %y, 0
  br i1 %d, label %end, label %loop
end:
  ret i8 %x
}

; Not where something may have been written since: a store, a call.
; CHECK-LABEL: @_ZGTt6stores(
; CHECK: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define void @_ZGTt6stores(ptr %p, ptr %q, i64 %n) "stm-version"="stores" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load i8, ptr %a
  %b = getelementptr i8, ptr %q, i64 %i
  store i8 %x, ptr %b
  %j = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret void
}
; CHECK-LABEL: @_ZGTt5calls(
; CHECK: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
declare void @unknown()
define i8 @_ZGTt5calls(ptr %p, i64 %n) "stm-version"="calls" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load i8, ptr %a
  call void @unknown()
  %j = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i8 %x
}
; Nor with other steps, of other types, volatile, in an outer loop, where a sanitizer is
; to see each access, and for size.
; CHECK-LABEL: @_ZGTt3far(
; CHECK: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i64 @_ZGTt3far(ptr %p, i64 %n) "stm-version"="far" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %k, %loop ]
  %m = shl i64 %i, 1
  %a = getelementptr i8, ptr %p, i64 %m
  %x = load i8, ptr %a
  %s = zext i8 %x to i64
  %j = add i64 %i, %s
  %k = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i64 %s
}
; CHECK-LABEL: @_ZGTt4same(
; CHECK: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i64 @_ZGTt4same(ptr %p, i64 %n) "stm-version"="same" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %k, %loop ]
  %x = load i8, ptr %p
  %s = zext i8 %x to i64
  %j = add i64 %i, %s
  %k = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i64 %s
}
; CHECK-LABEL: @_ZGTt4wide(
; CHECK: call i16 @__stm_read_u16(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i64 @_ZGTt4wide(ptr %p, i64 %n) "stm-version"="wide" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %k, %loop ]
  %a = getelementptr i16, ptr %p, i64 %i
  %x = load i16, ptr %a
  %s = zext i16 %x to i64
  %j = add i64 %i, %s
  %k = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i64 %s
}
; CHECK-LABEL: @_ZGTt6touchy(
; CHECK: load volatile i8
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i64 @_ZGTt6touchy(ptr %p, i64 %n) "stm-version"="touchy" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %k, %loop ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load volatile i8, ptr %a
  %s = zext i8 %x to i64
  %j = add i64 %i, %s
  %k = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i64 %s
}
; CHECK-LABEL: @_ZGTt5outer(
; CHECK: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i8 @_ZGTt5outer(ptr %p, i64 %n) "stm-version"="outer" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %next ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load i8, ptr %a
  br label %inner
inner:
  %k = phi i64 [ 0, %loop ], [ %l, %inner ]
  %l = add i64 %k, 1
  %e = icmp eq i64 %l, %n
  br i1 %e, label %next, label %inner
next:
  %j = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i8 %x
}
; CHECK-LABEL: @_ZGTt7checked(
; CHECK: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i8 @_ZGTt7checked(ptr %p, i64 %n) sanitize_address "stm-version"="checked" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load i8, ptr %a
  %j = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i8 %x
}
; CHECK-LABEL: @_ZGTt5small(
; CHECK: call i8 @__stm_read_u8(
; CHECK-NOT: @__stm_read_u64
; CHECK: ret
define i8 @_ZGTt5small(ptr %p, i64 %n) optsize "stm-version"="small" {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %a = getelementptr i8, ptr %p, i64 %i
  %x = load i8, ptr %a
  %j = add i64 %i, 1
  %d = icmp eq i64 %j, %n
  br i1 %d, label %end, label %loop
end:
  ret i8 %x
}
