; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; CHECK: [[S:%.*]] = alloca i32
; CHECK: [[L:%.*]] = alloca i32
; CHECK: call void @__stm_read_range(ptr {{.*}}[[L]], ptr {{.*}}%p, i64 4)
; CHECK: [[V:%.*]] = load i32, ptr [[L]]
; CHECK: store i32 [[V]], ptr [[S]]
; CHECK: call void @__stm_write_range(ptr {{.*}}%p, ptr {{.*}}[[S]], i64 4)
define void @f(ptr %p) "stm-version"="x" {
  %v = load i32, ptr %p, align 1
  store i32 %v, ptr %p, align 2
  ret void
}
