; The body is gone when the versions are made: a copy was kept. Before a link
; with LTO it is still there, and must not be what the version is made from: that
; would be dropped later.
; RUN: %opt -passes='default<O1>' %s | FileCheck %s --implicit-check-not=stm_copy
; RUN: %opt -passes='lto-pre-link<O1>' %s | FileCheck %s --implicit-check-not=stm_copy
; RUN: %opt -passes='thinlto-pre-link<O1>' %s | FileCheck %s --implicit-check-not=stm_copy
@g = global i32 0
; CHECK-LABEL: define {{.*}} @_ZGTt4user(
; CHECK: call i32 @_ZGTt6helper(
define i32 @user(i32 %x) {
  %r = call i32 @helper(i32 %x)
  ret i32 %r
}
; CHECK-LABEL: define internal i32 @_ZGTt6helper(
; CHECK: call void @__stm_write_u32(
define available_externally i32 @helper(i32 %x) noinline {
  store i32 %x, ptr @g
  ret i32 %x
}
