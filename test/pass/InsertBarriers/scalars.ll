; RUN: %opt -passes=stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
; CHECK-LABEL: @_ZGTt5loads(
; CHECK: call i8 @__stm_read_u8(ptr {{.*}}%p)
; CHECK: call i16 @__stm_read_u16(ptr {{.*}}%p)
; CHECK: call i32 @__stm_read_u32(ptr {{.*}}%p)
; CHECK: call i64 @__stm_read_u64(ptr {{.*}}%p)
; CHECK: [[B:%.*]] = call i64 @__stm_read_u64(ptr {{.*}}%p)
; CHECK: inttoptr i64 [[B]] to ptr
; CHECK: [[B:%.*]] = call i32 @__stm_read_u32(ptr {{.*}}%p)
; CHECK: bitcast i32 [[B]] to float
; CHECK: [[B:%.*]] = call i64 @__stm_read_u64(ptr {{.*}}%p)
; CHECK: bitcast i64 [[B]] to double
; CHECK: [[B:%.*]] = call i16 @__stm_read_u16(ptr {{.*}}%p)
; CHECK: bitcast i16 [[B]] to half
; CHECK: [[B:%.*]] = call i16 @__stm_read_u16(ptr {{.*}}%p)
; CHECK: bitcast i16 [[B]] to bfloat
; CHECK: [[B:%.*]] = call i64 @__stm_read_u64(ptr {{.*}}%p)
; CHECK: bitcast i64 [[B]] to <2 x float>
; CHECK-NOT: load
; CHECK: ret
define void @_ZGTt5loads(ptr %p) #0 {
  %1 = load i8, ptr %p
  %2 = load i16, ptr %p
  %3 = load i32, ptr %p
  %4 = load i64, ptr %p
  %5 = load ptr, ptr %p
  %6 = load float, ptr %p
  %7 = load double, ptr %p
  %8 = load half, ptr %p
  %9 = load bfloat, ptr %p
  %10 = load <2 x float>, ptr %p
  ret void
}
; CHECK-LABEL: @_ZGTt6stores(
; CHECK: call void @__stm_write_u8(ptr {{.*}}%p, i8 1)
; CHECK: call void @__stm_write_u16(ptr {{.*}}%p, i16 1)
; CHECK: call void @__stm_write_u32(ptr {{.*}}%p, i32 1)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%p, i64 1)
; CHECK: [[B:%.*]] = ptrtoint ptr %p to i64
; CHECK: call void @__stm_write_u64(ptr {{.*}}%q, i64 [[B]])
; CHECK: [[B:%.*]] = bitcast double %d to i64
; CHECK: call void @__stm_write_u64(ptr {{.*}}%r, i64 [[B]])
; CHECK-NOT: store
; CHECK: ret
define void @_ZGTt6stores(ptr %p, ptr %q, ptr %r, double %d) #0 {
  store i8 1, ptr %p
  store i16 1, ptr %p
  store i32 1, ptr %p
  store i64 1, ptr %p
  store ptr %p, ptr %q
  store double %d, ptr %r
  ret void
}
attributes #0 = { "stm-version"="x" }
