; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; CHECK: %a = alloca i32
; CHECK-NEXT: {{%.*}} = load i32, ptr %a, align 4
; CHECK-NEXT: ret
define void @f(ptr %p) "stm-version"="x" {
  %a = alloca i32
  %i = call ptr @llvm.invariant.start.p0(i64 4, ptr %p)
  call void @llvm.experimental.noalias.scope.decl(metadata !1)
  %1 = load i32, ptr %a, !tbaa !4, !noalias !1, !invariant.load !0
  call void @llvm.invariant.end.p0(ptr %i, i64 4, ptr %p)
  ret void
}
declare ptr @llvm.invariant.start.p0(i64, ptr)
declare void @llvm.invariant.end.p0(ptr, i64, ptr)
declare void @llvm.experimental.noalias.scope.decl(metadata)
!0 = !{}
!1 = !{!2}
!2 = distinct !{!2, !3}
!3 = distinct !{!3}
!4 = !{!5, !5, i64 0}
!5 = !{!"int", !6}
!6 = !{!"root"}
