; RUN: %opt -passes=stm-barriers %s | FileCheck %s
@c = constant [4 x i32] zeroinitializer
@g = global i32 0
; CHECK: load i32, ptr %e
; CHECK: call i32 @__stm_read_u32(ptr {{.*}}@g)
define void @f(i64 %i) "stm-version"="x" {
  %e = getelementptr [4 x i32], ptr @c, i64 0, i64 %i
  %1 = load i32, ptr %e
  %2 = load i32, ptr @g
  ret void
}
