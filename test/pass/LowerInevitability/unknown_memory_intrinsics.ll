; RUN: %opt -passes=stm-barriers,stm-inevitability,stm-verify %s | FileCheck %s
; CHECK-LABEL: @gather(
; CHECK: call void @__stm_become_inevitable(ptr @"stm.reason.memory intrinsic llvm.masked.expandload.v4i32")
; CHECK-NEXT: call <4 x i32> @llvm.masked.expandload
define <4 x i32> @gather(ptr %p, <4 x i1> %m, <4 x i32> %o) "stm-version"="x" {
  %r = call <4 x i32> @llvm.masked.expandload.v4i32(ptr %p, <4 x i1> %m, <4 x i32> %o)
  ret <4 x i32> %r
}
; CHECK-LABEL: @private(
; CHECK-NOT: __stm_
; CHECK: ret
define void @private(<4 x i1> %m, <4 x i32> %v) "stm-version"="x" {
  %p = alloca <4 x i32>
  call void @llvm.masked.compressstore.v4i32(<4 x i32> %v, ptr %p, <4 x i1> %m)
  ret void
}
declare void @llvm.masked.compressstore.v4i32(<4 x i32>, ptr, <4 x i1>)
declare <4 x i32> @llvm.masked.expandload.v4i32(ptr, <4 x i1>, <4 x i32>)
