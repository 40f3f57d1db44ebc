; RUN: %opt -passes=stm-barriers,stm-inevitability,stm-verify %s | FileCheck %s
; CHECK-DAG: c"volatile access\00"
; CHECK-DAG: c"atomic operation\00"
; CHECK-LABEL: @vol(
; CHECK-NEXT: call void @__stm_become_inevitable(ptr @"stm.reason.volatile access")
; CHECK-NEXT: load volatile i32, ptr %p
define void @vol(ptr %p) "stm-version"="x" {
  %1 = load volatile i32, ptr %p
  ret void
}
; CHECK-LABEL: @rmw(
; CHECK-NEXT: call void @__stm_become_inevitable(ptr @"stm.reason.atomic operation")
; CHECK-NEXT: atomicrmw
define void @rmw(ptr %p) "stm-version"="x" {
  %1 = atomicrmw add ptr %p, i32 1 seq_cst
  ret void
}
; CHECK-LABEL: @volatile_rmw(
; CHECK-NEXT: call void @__stm_become_inevitable(ptr @"stm.reason.atomic operation")
; CHECK-NEXT: atomicrmw volatile
define void @volatile_rmw(ptr %p) "stm-version"="x" {
  %1 = atomicrmw volatile add ptr %p, i32 1 seq_cst
  ret void
}
; CHECK-LABEL: @cas(
; CHECK-NEXT: call void @__stm_become_inevitable(
; CHECK-NEXT: cmpxchg
define void @cas(ptr %p) "stm-version"="x" {
  %1 = cmpxchg ptr %p, i32 1, i32 2 seq_cst seq_cst
  ret void
}
; CHECK-LABEL: @fences(
; CHECK-NEXT: fence syncscope("singlethread") seq_cst
; CHECK-NEXT: call void @__stm_become_inevitable(
; CHECK-NEXT: fence seq_cst
define void @fences() "stm-version"="x" {
  fence syncscope("singlethread") seq_cst
  fence seq_cst
  ret void
}
; CHECK-LABEL: @unordered(
; CHECK-NEXT: call void @__stm_become_inevitable(
; CHECK-NEXT: store atomic i32 1
define void @unordered(ptr %p) "stm-version"="x" {
  store atomic i32 1, ptr %p unordered, align 4
  ret void
}
