; A definition here is the program's own, whatever its name.
; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define void @_ZGTt1f(
; CHECK: call void @_ZGTt4free(ptr %p)
; CHECK: icmp eq ptr @_ZGTt6strlen, null
define void @f(ptr %p) {
  call void @free(ptr %p)
  call i32 @strlen(i32 1)
  ret void
}
define internal void @free(ptr %p) {
  store i32 0, ptr %p
  ret void
}
; Not libc's type: not libc's function.
declare i32 @strlen(i32)
