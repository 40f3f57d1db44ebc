; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define void @_ZGTt6direct(
; CHECK: musttail call void @_ZGTt6target(ptr %p)
; CHECK-NEXT: ret void
define void @direct(ptr %p) {
  musttail call void @target(ptr %p)
  ret void
}
; CHECK-LABEL: define void @_ZGTt8indirect(
; CHECK: [[TARGET:%.*]] = phi ptr
; CHECK-NEXT: musttail call void [[TARGET]](ptr %p)
; CHECK-NEXT: ret void
define void @indirect(ptr %p) {
  %t = load ptr, ptr %p
  musttail call void %t(ptr %p)
  ret void
}
; CHECK-LABEL: define void @_ZGTt8external(
; CHECK: musttail call void {{%.*}}(ptr %p)
; CHECK-NEXT: ret void
define void @external(ptr %p) {
  musttail call void @elsewhere(ptr %p)
  ret void
}
define internal void @target(ptr %p) { ret void }
declare void @elsewhere(ptr)
