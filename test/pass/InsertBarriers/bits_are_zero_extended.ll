; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; CHECK: [[B:%.*]] = zext i1 %b to i8
; CHECK: call void @__stm_write_u8(ptr {{.*}}%p, i8 [[B]])
; CHECK: [[B:%.*]] = call i8 @__stm_read_u8(ptr {{.*}}%q)
; CHECK: trunc i8 [[B]] to i1
define void @f(ptr %p, ptr %q, i1 %b) "stm-version"="x" {
  store i1 %b, ptr %p
  %1 = load i1, ptr %q
  ret void
}
