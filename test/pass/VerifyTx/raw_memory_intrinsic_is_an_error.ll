; RUN: not %opt -passes=stm-verify %s 2>&1 | FileCheck %s
; CHECK: error: {{.*}}call void @llvm.memcpy
define void @f(ptr %p) "stm-version"="name" {
  %a = alloca i64
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %p, i64 8, i1 false)
  ret void
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
