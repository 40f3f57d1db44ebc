; RUN: %opt -passes=stm-barriers,stm-verify %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

declare void @_ZGTt4call() #0
declare ptr @__stm_wrap_malloc(i64)
@constant = constant [4 x i64] zeroinitializer

; In any later block, whatever is called or written meanwhile.
; CHECK-LABEL: @_ZGTt5later(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 1)
; CHECK: then:
; CHECK-NEXT: [[V:%.*]] = load i64, ptr %p, align 8, !stm.covered
; CHECK-NEXT: ret i64 [[V]]
; CHECK: else:
; CHECK-NEXT: call void @__stm_write_read_u64(ptr {{.*}}%p, i64 2), !stm.covered
define i64 @_ZGTt5later(ptr %p, ptr %q, i1 %c) #0 {
  store i64 1, ptr %p
  call void @_ZGTt4call()
  store i64 7, ptr %q
  br i1 %c, label %then, label %else
then:
  %v = load i64, ptr %p
  ret i64 %v
else:
  store i64 2, ptr %p
  ret i64 0
}

; Parts of it, at constant offsets. Not what lies half outside.
; CHECK-LABEL: @_ZGTt5parts(
; CHECK: call void @__stm_write_range(ptr {{.*}}%p
; CHECK: load i32, ptr %p12, align 4, !stm.covered
; CHECK: load <2 x i32>, ptr %p8, align 8, !stm.covered
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%p16)
; CHECK: call void @__stm_write_read_u8(ptr {{.*}}%p12, i8 1), !stm.covered
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p16, i64 1)
define i64 @_ZGTt5parts(ptr %p, <2 x i64> %v, ptr %to) #0 {
  %p8 = getelementptr i8, ptr %p, i64 8
  %p12 = getelementptr i8, ptr %p8, i64 4
  %p16 = getelementptr i8, ptr %p, i64 16
  store <2 x i64> %v, ptr %p
  %a = load i32, ptr %p12
  %b = load <2 x i32>, ptr %p8
  %c = load i64, ptr %p16
  store i8 1, ptr %p12
  call void @_ZGTt4call()
  store i64 1, ptr %p16
  %d = zext i32 %a to i64
  %e = extractelement <2 x i32> %b, i64 0
  %f = zext i32 %e to i64
  %g = add i64 %d, %f
  %h = add i64 %c, %g
  ret i64 %h
}

; What isn't stored as one scalar has its barrier.
; CHECK-LABEL: @_ZGTt5range(
; CHECK: call void @__stm_write_range(
; CHECK: call void @__stm_write_range(
define void @_ZGTt5range(ptr %p, <2 x i64> %v) #0 {
  store <2 x i64> %v, ptr %p
  call void @_ZGTt4call()
  store <2 x i64> %v, ptr %p
  ret void
}

; Only one way comes by the barrier; another pointer.
; CHECK-LABEL: @_ZGTt3way(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 1)
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%p)
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%q)
define i64 @_ZGTt3way(ptr %p, ptr %q, i1 %c) #0 {
  br i1 %c, label %then, label %end
then:
  store i64 1, ptr %p
  br label %end
end:
  %a = load i64, ptr %p
  %b = load i64, ptr %q
  %s = add i64 %a, %b
  ret i64 %s
}

; In a loop: the same round's.
; CHECK-LABEL: @_ZGTt4loop(
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%at)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%at, i64 %i)
; CHECK: load i64, ptr %at, align 8, !stm.covered
define i64 @_ZGTt4loop(ptr %p, i64 %n) #0 {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = phi ptr [ %p, %entry ], [ %then, %loop ]
  %first = load i64, ptr %at
  call void @_ZGTt4call()
  store i64 %i, ptr %at
  call void @_ZGTt4call()
  %second = load i64, ptr %at
  %then = getelementptr i64, ptr %at, i64 %first
  %next = add i64 %i, %second
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %end
end:
  ret i64 %next
}

; A load that locks for a store covers more than that.
; CHECK-LABEL: @_ZGTt5locks(
; CHECK: call i64 @__stm_read_to_write_u64(ptr {{.*}}%p)
; CHECK: call void @__stm_write_read_u64(ptr {{.*}}%p, i64 %{{[a-z]+}}){{$}}
; CHECK: load i64, ptr %p, align 8, !stm.covered
define i64 @_ZGTt5locks(ptr %p) #0 {
  %old = load i64, ptr %p
  %new = add i64 %old, 1
  store i64 %new, ptr %p
  call void @_ZGTt4call()
  %now = load i64, ptr %p
  ret i64 %now
}

; A read covers nothing.
; CHECK-LABEL: @_ZGTt4read(
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%p)
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%p)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 1)
define i64 @_ZGTt4read(ptr %p) #0 {
  %a = load i64, ptr %p
  call void @_ZGTt4call()
  %b = load i64, ptr %p
  call void @_ZGTt4call()
  store i64 1, ptr %p
  %s = add i64 %a, %b
  ret i64 %s
}

; Blocks of a known size that are set, or copied from what isn't shared.
; CHECK-LABEL: @_ZGTt6blocks(
; CHECK: call ptr @__stm_wrap_memset(
; CHECK: call void @__stm_write_range(
; CHECK: call void @__stm_write_read_u64(ptr {{.*}}%p24, i64 1), !stm.covered
; CHECK: call void @__stm_write_read_u64(ptr {{.*}}%q24, i64 1), !stm.covered
define void @_ZGTt6blocks(ptr %p, ptr %q) #0 {
  %p24 = getelementptr i8, ptr %p, i64 24
  %q24 = getelementptr i8, ptr %q, i64 24
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 32, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %q, ptr @constant, i64 32, i1 false)
  store i64 1, ptr %p24
  store i64 1, ptr %q24
  ret void
}

; A copy of shared memory may be of itself: nothing is written then. Another
; may be of no bytes.
; CHECK-LABEL: @_ZGTt6itself(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 1)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%q, i64 1)
define void @_ZGTt6itself(ptr %p, ptr %q, i64 %n) #0 {
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %q, i64 32, i1 false)
  call void @llvm.memset.p0.i64(ptr %q, i8 0, i64 %n, i1 false)
  store i64 1, ptr %p
  store i64 1, ptr %q
  ret void
}

; A fresh block's plain stores lock nothing.
; CHECK-LABEL: @_ZGTt5fresh(
; CHECK: store i64 1, ptr %new, align 8, !stm.fresh
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p
; CHECK: call void @__stm_write_u64(ptr {{.*}}%new, i64 2)
define void @_ZGTt5fresh(ptr %p) #0 {
  %new = call ptr @__stm_wrap_malloc(i64 8)
  store i64 1, ptr %new
  store ptr %new, ptr %p
  call void @_ZGTt4call()
  store i64 2, ptr %new
  ret void
}

; Volatile and atomic accesses are another stage's.
; CHECK-LABEL: @_ZGTt8volatile(
; CHECK: store volatile i64 1, ptr %p, align 8, !stm.inevitable
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 2)
; CHECK: load volatile i64, ptr %p, align 8, !stm.inevitable
define i64 @_ZGTt8volatile(ptr %p) #0 {
  call void @__stm_become_inevitable(ptr null)
  store volatile i64 1, ptr %p, !stm.inevitable !0
  store i64 2, ptr %p
  %v = load volatile i64, ptr %p, !stm.inevitable !0
  ret i64 %v
}

declare void @__stm_become_inevitable(ptr)
attributes #0 = { "stm-version"="x" }
!0 = !{}
