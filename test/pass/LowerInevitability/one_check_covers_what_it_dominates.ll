; RUN: %opt -passes=stm-inevitability,stm-verify %s | FileCheck %s
; CHECK-LABEL: @f(
; CHECK-COUNT-1: call void @__stm_become_inevitable(
; CHECK-NOT: call void @__stm_become_inevitable(
; CHECK-LABEL: @g(
define void @f(ptr %p, i1 %c) "stm-version"="x" {
  %1 = load volatile i32, ptr %p
  br i1 %c, label %a, label %b
a:
  fence seq_cst
  br label %b
b:
  store volatile i32 1, ptr %p
  ret void
}
; CHECK-COUNT-2: call void @__stm_become_inevitable(
define void @g(ptr %p, i1 %c) "stm-version"="x" {
  br i1 %c, label %a, label %b
a:
  fence seq_cst
  br label %b
b:
  store volatile i32 1, ptr %p
  ret void
}
