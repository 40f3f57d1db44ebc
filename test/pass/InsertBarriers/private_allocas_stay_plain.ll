; RUN: %opt -passes=stm-barriers,stm-verify %s | FileCheck %s
; CHECK-NOT: __stm_
; CHECK: ret i32
define i32 @f(i32 %x, i1 %c) "stm-version"="x" {
  %a = alloca [4 x i32]
  %b = alloca i32
  %e = getelementptr [4 x i32], ptr %a, i64 0, i64 2
  store i32 %x, ptr %e
  %s = select i1 %c, ptr %e, ptr %b
  store i32 1, ptr %s
  call void @llvm.memset.p0.i64(ptr %a, i8 0, i64 16, i1 false)
  %r = load i32, ptr %e
  ret i32 %r
}
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
