; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; CHECK: call void @__stm_write_u32(ptr {{.*}}%a, i32 1)
; CHECK: call void @__stm_write_u32(ptr {{.*}}%s, i32 2)
define void @f(ptr %p, i1 %c) "stm-version"="x" {
  %a = alloca i32
  %b = alloca i32
  store ptr %a, ptr %p
  store i32 1, ptr %a
  %s = select i1 %c, ptr %b, ptr %p
  store i32 2, ptr %s
  ret void
}
