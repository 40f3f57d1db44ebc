; The check must dominate what is marked.
; RUN: not %opt -passes=stm-verify %s 2>&1 | FileCheck %s --implicit-check-not=error:
; CHECK: error: {{.*}}store i32 2, ptr %p
define void @f(ptr %p, i1 %c) "stm-version"="name" {
  br i1 %c, label %a, label %b
a:
  call void @__stm_become_inevitable(ptr null)
  store i32 1, ptr %p, !stm.inevitable !0
  br label %b
b:
  store i32 2, ptr %p, !stm.inevitable !0
  ret void
}
declare void @__stm_become_inevitable(ptr)
!0 = !{}
