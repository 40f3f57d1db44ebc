; RUN: %opt -passes=stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

declare ptr @__stm_wrap__Znwm(i64)
declare ptr @__stm_wrap_malloc(i64)
declare ptr @__stm_wrap_realloc(ptr, i64)
declare void @_ZGTt7publishPv(ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

; CHECK-LABEL: @_ZGTt4node(
; CHECK: store i64 1, ptr %n
; CHECK: store ptr %next, ptr %link
; CHECK: call void @llvm.memset
; CHECK: load i64, ptr %n
; CHECK: call void @__stm_write_u64(ptr {{.*}}%list,
define i64 @_ZGTt4node(ptr %list, ptr %next) #0 {
  %n = call ptr @__stm_wrap__Znwm(i64 64)
  store i64 1, ptr %n
  %link = getelementptr i8, ptr %n, i64 8
  store ptr %next, ptr %link
  %rest = getelementptr i8, ptr %n, i64 16
  call void @llvm.memset.p0.i64(ptr %rest, i8 0, i64 48, i1 false)
  %key = load i64, ptr %n
  store ptr %n, ptr %list
  ret i64 %key
}

; Known to others: it is stored, or a call may keep it.
; CHECK-LABEL: @_ZGTt5known(
; CHECK: store i64 1, ptr %n
; CHECK: call void @_ZGTt7publishPv(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%n, i64 2)
define void @_ZGTt5known() #0 {
  %n = call ptr @__stm_wrap_malloc(i64 8)
  store i64 1, ptr %n
  call void @_ZGTt7publishPv(ptr %n)
  store i64 2, ptr %n
  ret void
}

; The block of the turn before is known by now, and this store may be to it.
; CHECK-LABEL: @_ZGTt4loop(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%last, i64 1)
define void @_ZGTt4loop(ptr %list, i1 %more) #0 {
entry:
  %first = call ptr @__stm_wrap__Znwm(i64 8)
  br label %turn
turn:
  %last = phi ptr [ %first, %entry ], [ %n, %turn ]
  store i64 1, ptr %last
  store ptr %last, ptr %list
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  br i1 %more, label %turn, label %end
end:
  ret void
}

; Each turn's own block, until it is known.
; CHECK-LABEL: @_ZGTt4list(
; CHECK: store i64 1, ptr %n
; CHECK: call void @__stm_write_u64(ptr {{.*}}%list,
; CHECK: call void @__stm_write_u64(ptr {{.*}}%n, i64 2)
define void @_ZGTt4list(ptr %list, i1 %more) #0 {
entry:
  br label %turn
turn:
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  br label %fill
fill:
  store i64 1, ptr %n
  store ptr %n, ptr %list
  store i64 2, ptr %n
  br i1 %more, label %turn, label %end
end:
  ret void
}

; That it isn't null may be known.
; CHECK-LABEL: @_ZGTt6tested(
; CHECK: store i64 1, ptr %n
define void @_ZGTt6tested() #0 {
  %n = call ptr @__stm_wrap_malloc(i64 8)
  %none = icmp eq ptr %n, null
  br i1 %none, label %end, label %fill
fill:
  store i64 1, ptr %n
  br label %end
end:
  ret void
}

; The same block in each turn.
; CHECK-LABEL: @_ZGTt4once(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%n, i64 1)
define void @_ZGTt4once(ptr %list, i1 %more) #0 {
entry:
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  br label %turn
turn:
  store i64 1, ptr %n
  store ptr %n, ptr %list
  br i1 %more, label %turn, label %end
end:
  ret void
}

; One of two, of which one isn't fresh; and a block that realloc returns.
; CHECK-LABEL: @_ZGTt6either(
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 1)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%r, i64 1)
define void @_ZGTt6either(ptr %old, i1 %new) #0 {
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  %p = select i1 %new, ptr %n, ptr %old
  store i64 1, ptr %p
  %r = call ptr @__stm_wrap_realloc(ptr %old, i64 8)
  store i64 1, ptr %r
  ret void
}

; A copy into it only reads.
; CHECK-LABEL: @_ZGTt4copy(
; CHECK: call void @__stm_read_range(ptr {{.*}}%n, ptr {{.*}}%from, i64 24)
define void @_ZGTt4copy(ptr %from) #0 {
  %n = call ptr @__stm_wrap__Znwm(i64 24)
  call void @llvm.memcpy.p0.p0.i64(ptr %n, ptr %from, i64 24, i1 false)
  ret void
}
attributes #0 = { "stm-version"="x" }
