; A chain of calls that is longer than what is looked at in one go: entered at its
; top it waits, further down it doesn't, whichever comes first.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }
define internal i32 @f0(ptr %s) {
  %x = call i32 @f1(ptr %s)
  ret i32 %x
}
define internal i32 @f1(ptr %s) {
  %x = call i32 @f2(ptr %s)
  ret i32 %x
}
define internal i32 @f2(ptr %s) {
  %x = call i32 @f3(ptr %s)
  ret i32 %x
}
define internal i32 @f3(ptr %s) {
  %x = call i32 @f4(ptr %s)
  ret i32 %x
}
define internal i32 @f4(ptr %s) {
  %x = call i32 @f5(ptr %s)
  ret i32 %x
}
define internal i32 @f5(ptr %s) {
  %x = call i32 @f6(ptr %s)
  ret i32 %x
}
define internal i32 @f6(ptr %s) {
  %x = call i32 @f7(ptr %s)
  ret i32 %x
}
define internal i32 @f7(ptr %s) {
  %x = call i32 @f8(ptr %s)
  ret i32 %x
}
define internal i32 @f8(ptr %s) {
  %x = call i32 @f9(ptr %s)
  ret i32 %x
}
define internal i32 @f9(ptr %s) {
  %x = call i32 @f10(ptr %s)
  ret i32 %x
}
define internal i32 @f10(ptr %s) {
  %x = call i32 @f11(ptr %s)
  ret i32 %x
}
define internal i32 @f11(ptr %s) {
  %x = call i32 @f12(ptr %s)
  ret i32 %x
}
define internal i32 @f12(ptr %s) {
  %x = call i32 @f13(ptr %s)
  ret i32 %x
}
define internal i32 @f13(ptr %s) {
  %x = call i32 @f14(ptr %s)
  ret i32 %x
}
define internal i32 @f14(ptr %s) {
  %x = call i32 @f15(ptr %s)
  ret i32 %x
}
define internal i32 @f15(ptr %s) {
  %x = call i32 @f16(ptr %s)
  ret i32 %x
}
define internal i32 @f16(ptr %s) {
  %x = call i32 @f17(ptr %s)
  ret i32 %x
}
define internal i32 @f17(ptr %s) {
  %x = call i32 @f18(ptr %s)
  ret i32 %x
}
define internal i32 @f18(ptr %s) {
  %x = call i32 @f19(ptr %s)
  ret i32 %x
}
define internal i32 @f19(ptr %s) {
  %x = load i32, ptr %s
  ret i32 %x
}
; CHECK-LABEL: @from_the_top(
; CHECK-NOT: lazy
; CHECK: ret void
define void @from_the_top() {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @f0(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @from_the_middle(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK: call i32 @__stm_atomic_lazy_tx
define void @from_the_middle() {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @f8(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
