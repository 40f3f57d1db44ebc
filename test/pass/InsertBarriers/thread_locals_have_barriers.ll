; RUN: %opt -passes=stm-barriers %s | FileCheck %s
@t = thread_local global i32 0
; CHECK: [[T:%.*]] = call ptr @llvm.threadlocal.address.p0(ptr @t)
; CHECK: call void @__stm_write_u32(ptr {{.*}}[[T]], i32 1)
define void @f() "stm-version"="x" {
  %a = call ptr @llvm.threadlocal.address.p0(ptr @t)
  store i32 1, ptr %a
  ret void
}
declare ptr @llvm.threadlocal.address.p0(ptr)
