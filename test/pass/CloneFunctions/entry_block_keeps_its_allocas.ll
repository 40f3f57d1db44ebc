; Splitting the entry block must not leave an alloca behind: it would become
; dynamic.
; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define void @_ZGTt1f(
; CHECK-NEXT: entry:
; CHECK-NEXT: alloca i32
; CHECK-NEXT: alloca i64
; CHECK-NEXT: icmp eq
define void @f() {
entry:
  %a = alloca i32
  call void @other(ptr %a)
  %b = alloca i64
  call void @other(ptr %b)
  ret void
}
declare void @other(ptr)
