; A range is copied forwards, so a move within one object isn't made one.
; RUN: %opt -passes=stm-barriers,stm-verify %s | FileCheck %s
declare ptr @__stm_wrap_malloc(i64)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
@known = global ptr null

; CHECK-LABEL: @_ZGTt5fresh(
; CHECK: call void @llvm.memmove.p0.p0.i64(ptr %up, ptr %block, i64 40, i1 false)
define void @_ZGTt5fresh() "stm-version"="fresh" {
  %block = call noalias ptr @__stm_wrap_malloc(i64 64)
  %up = getelementptr i8, ptr %block, i64 8
  call void @llvm.memmove.p0.p0.i64(ptr %up, ptr %block, i64 40, i1 false)
  call void @__stm_write_u64(ptr @known, i64 0)
  store ptr %block, ptr @known
  ret void
}
; CHECK-LABEL: @_ZGTt5stack(
; CHECK: call void @llvm.memmove.p0.p0.i64(ptr %up, ptr %of, i64 40, i1 false)
define void @_ZGTt5stack() "stm-version"="stack" {
  %of = alloca [64 x i8]
  %up = getelementptr i8, ptr %of, i64 8
  call void @llvm.memmove.p0.p0.i64(ptr %up, ptr %of, i64 40, i1 false)
  store ptr %of, ptr @known
  ret void
}
; From there, or from what others know.
; CHECK-LABEL: @_ZGTt6either(
; CHECK: call ptr {{.*}}@__stm_wrap_memmove(ptr {{.*}}%up, ptr {{.*}}%from, i64 40)
define void @_ZGTt6either(ptr %p, i1 %c) "stm-version"="either" {
  %of = alloca [64 x i8]
  %up = getelementptr i8, ptr %of, i64 8
  %from = select i1 %c, ptr %of, ptr %p
  call void @llvm.memmove.p0.p0.i64(ptr %up, ptr %from, i64 40, i1 false)
  ret void
}
; CHECK-LABEL: @_ZGTt5other(
; CHECK: call void @__stm_read_range(ptr {{.*}}%of, ptr {{.*}}%p, i64 40)
define void @_ZGTt5other(ptr %p) "stm-version"="other" {
  %of = alloca [64 x i8]
  call void @llvm.memmove.p0.p0.i64(ptr %of, ptr %p, i64 40, i1 false)
  ret void
}
declare void @__stm_write_u64(ptr, i64)
