; RUN: %opt -passes=stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

declare void @_ZGTt4call()

; CHECK-LABEL: @_ZGTt3add(
; CHECK: [[OLD:%.*]] = call i64 @__stm_read_to_write_u64(ptr {{.*}}%p)
; CHECK: [[NEW:%.*]] = add i64 [[OLD]], %by
; CHECK: call void @__stm_write_read_u64(ptr {{.*}}%p, i64 [[NEW]])
define void @_ZGTt3add(ptr %p, i64 %by) #0 {
  %old = load i64, ptr %p
  %new = add i64 %old, %by
  store i64 %new, ptr %p
  ret void
}

; Whatever their types, and with other accesses between.
; CHECK-LABEL: @_ZGTt5types(
; CHECK: call i32 @__stm_read_to_write_u32(ptr {{.*}}%p)
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%q)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%r, i64
; CHECK: call void @__stm_write_read_u32(ptr {{.*}}%p, i32
define float @_ZGTt5types(ptr %p, ptr %q, ptr %r) #0 {
  %old = load float, ptr %p
  %other = load i64, ptr %q
  store i64 %other, ptr %r
  store i32 1, ptr %p
  ret float %old
}

; A second store needs nothing either.
; CHECK-LABEL: @_ZGTt5twice(
; CHECK: call i16 @__stm_read_to_write_u16(
; CHECK: call void @__stm_write_read_u16(
; CHECK: call void @__stm_write_read_u16(
define i16 @_ZGTt5twice(ptr %p) #0 {
  %old = load i16, ptr %p
  store i16 1, ptr %p
  store i16 %old, ptr %p
  ret i16 %old
}

; A call could begin or end a nested scope.
; CHECK-LABEL: @_ZGTt6across(
; CHECK: call i8 @__stm_read_u8(
; CHECK: call void @__stm_write_u8(
define i8 @_ZGTt6across(ptr %p) #0 {
  %old = load i8, ptr %p
  call void @_ZGTt4call()
  store i8 1, ptr %p
  ret i8 %old
}

; Other bytes, nothing read before.
; CHECK-LABEL: @_ZGTt5other(
; CHECK: call i64 @__stm_read_u64(
; CHECK: call void @__stm_write_u32(
; CHECK: call i32 @__stm_read_u32(ptr {{.*}}%q)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%q, i64 2)
define i64 @_ZGTt5other(ptr %p, ptr %q) #0 {
  %old = load i64, ptr %p
  store i32 1, ptr %p
  %later = load i32, ptr %q
  store i64 2, ptr %q
  ret i64 %old
}

; In other basic blocks, where each way comes to one soon.
; CHECK-LABEL: @_ZGTt4soon(
; CHECK: call i64 @__stm_read_to_write_u64(ptr {{.*}}%p)
; CHECK: then:
; CHECK: call void @__stm_write_read_u64(ptr {{.*}}%p, i64 1)
; CHECK: else:
; CHECK: call void @__stm_write_read_u64(ptr {{.*}}%p, i64 2)
define i64 @_ZGTt4soon(ptr %p, ptr %q, i1 %c) #0 {
  %old = load i64, ptr %p
  br i1 %c, label %then, label %further
then:
  store i64 1, ptr %p
  br label %end
further:
  store i64 3, ptr %q
  br label %else
else:
  store i64 2, ptr %p
  br label %end
end:
  ret i64 %old
}

; Not where one doesn't, where it may take long, where something is called, or
; where others come there, too.
; CHECK-LABEL: @_ZGTt6perhaps(
; CHECK: call i64 @__stm_read_u64(
; CHECK: call void @__stm_write_u64(
define i64 @_ZGTt6perhaps(ptr %p, i1 %c) #0 {
  %old = load i64, ptr %p
  br i1 %c, label %then, label %end
then:
  store i64 1, ptr %p
  br label %end
end:
  ret i64 %old
}
; CHECK-LABEL: @_ZGTt4long(
; CHECK: call i64 @__stm_read_u64(
; CHECK: call void @__stm_write_u64(
define void @_ZGTt4long(ptr %p) #0 {
entry:
  %old = load i64, ptr %p
  br label %loop
loop:
  %i = phi i64 [ %old, %entry ], [ %less, %loop ]
  %less = sub i64 %i, 1
  %more = icmp ugt i64 %less, 10
  br i1 %more, label %loop, label %end
end:
  store i64 %less, ptr %p
  ret void
}
; CHECK-LABEL: @_ZGTt6called(
; CHECK: call i64 @__stm_read_u64(
; CHECK: call void @__stm_write_u64(
define i64 @_ZGTt6called(ptr %p, i1 %c) #0 {
  %old = load i64, ptr %p
  br i1 %c, label %then, label %end
then:
  call void @_ZGTt4call()
  br label %end
end:
  store i64 1, ptr %p
  ret i64 %old
}
; CHECK-LABEL: @_ZGTt6others(
; CHECK: call i64 @__stm_read_u64(
; CHECK: call void @__stm_write_u64(
define i64 @_ZGTt6others(ptr %p, i1 %c) #0 {
  br i1 %c, label %then, label %end
then:
  %old = load i64, ptr %p
  br label %end
end:
  %both = phi i64 [ 0, %0 ], [ %old, %then ]
  store i64 1, ptr %p
  ret i64 %both
}

; Volatile and atomic accesses become inevitable.
; CHECK-LABEL: @_ZGTt8volatile(
; CHECK: call i64 @__stm_read_u64(
; CHECK: call void @__stm_write_u64(
define i64 @_ZGTt8volatile(ptr %p, ptr %q) #0 {
  %old = load i64, ptr %p
  store volatile i64 1, ptr %q
  store i64 1, ptr %p
  ret i64 %old
}
attributes #0 = { "stm-version"="x" }
