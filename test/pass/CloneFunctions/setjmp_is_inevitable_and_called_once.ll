; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define i32 @_ZGTt1f(
; CHECK-NEXT: call void @__stm_become_inevitable(ptr @"stm.reason.call to _setjmp")
; CHECK-NEXT: call i32 @_setjmp(ptr %p) #[[R:[0-9]+]]
; CHECK-NEXT: ret
; CHECK: attributes #[[R]] = { returns_twice }
define i32 @f(ptr %p) {
  %r = call i32 @_setjmp(ptr %p) returns_twice
  ret i32 %r
}
declare i32 @_setjmp(ptr) returns_twice
