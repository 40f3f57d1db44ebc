; A barrier on one of several pointers leaves the function's own memory private.
; RUN: %opt -passes=stm-clone,stm-barriers,stm-inevitability,stm-verify %s | FileCheck %s
; CHECK-LABEL: define void @_ZGTt1f(
; CHECK-NOT: @__stm_become_inevitable
; CHECK: call void @llvm.memset.p0.i64(ptr %own
; CHECK: call i32 @__stm_read_u32(ptr {{nocapture|captures\(none\)}} %p)
; CHECK: call void @__stm_write_u32(ptr {{nocapture|captures\(none\)}} %q, i32 1)
; CHECK: load i32, ptr %own
; CHECK: ret void
define void @f(ptr %shared, i1 %c) {
  %own = alloca [8 x i32]
  call void @llvm.memset.p0.i64(ptr %own, i8 0, i64 32, i1 false)
  br i1 %c, label %then, label %join
then:
  br label %join
join:
  %p = phi ptr [ %own, %then ], [ %shared, %0 ]
  %q = getelementptr i32, ptr %p, i64 1
  %v = load i32, ptr %p
  store i32 1, ptr %q
  %w = load i32, ptr %own
  %x = add i32 %v, %w
  store i32 %x, ptr %shared
  ret void
}
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
