; RUN: %opt -passes=stm-barriers,stm-verify %s | FileCheck %s
; CHECK: alloca <vscale x 4 x i32>
; CHECK: call i64 @llvm.vscale.i64()
; CHECK: call void @__stm_read_range(
define <vscale x 4 x i32> @f(ptr %p) "stm-version"="x" {
  %r = load <vscale x 4 x i32>, ptr %p
  ret <vscale x 4 x i32> %r
}
