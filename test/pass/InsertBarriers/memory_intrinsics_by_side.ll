; RUN: %opt -passes=stm-barriers,stm-verify %s | FileCheck %s
; CHECK: call ptr {{.*}}@__stm_wrap_memcpy(ptr {{.*}}%p, ptr {{.*}}%q, i64 8)
; CHECK: call ptr {{.*}}@__stm_wrap_memmove(ptr {{.*}}%p, ptr {{.*}}%q, i64 8)
; CHECK: call ptr {{.*}}@__stm_wrap_memset(ptr {{.*}}%p, i32 {{.*}}, i64 8)
; CHECK: call void @__stm_read_range(ptr {{.*}}%a, ptr {{.*}}%p, i64 8)
; CHECK: call void @__stm_write_range(ptr {{.*}}%p, ptr {{.*}}%a, i64 8)
; CHECK: call void @__stm_write_range(ptr {{.*}}%p, ptr {{.*}}@c, i64 8)
; CHECK: call void @llvm.memcpy{{.*}}(ptr %a, ptr %b, i64 8, i1 false)
; CHECK: call ptr {{.*}}@__stm_wrap_memcpy(ptr {{.*}}%p, ptr {{.*}}%q, i64 16)
@c = constant i64 5
define void @f(ptr %p, ptr %q) "stm-version"="x" {
  %a = alloca i64
  %b = alloca i64
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %q, i64 8, i1 false)
  call void @llvm.memmove.p0.p0.i64(ptr %p, ptr %q, i64 8, i1 false)
  call void @llvm.memset.p0.i64(ptr %p, i8 3, i64 8, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %p, i64 8, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %a, i64 8, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr @c, i64 8, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %b, i64 8, i1 false)
  call void @llvm.memcpy.inline.p0.p0.i64(ptr %p, ptr %q, i64 16, i1 false)
  ret void
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memcpy.inline.p0.p0.i64(ptr, ptr, i64, i1 immarg)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
