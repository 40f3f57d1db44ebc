; Before the program's own, which may tell others what this thread has done, the runtime
; is asked.
; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define void @_ZGTt1f(
; CHECK-NEXT: call void @__stm_before_telling()
; CHECK-NEXT: call i32 @mine(i32 1)
; CHECK-NEXT: call i32 @computes(i32 1)
; CHECK-NEXT: call i32 @abs(i32 1)
; CHECK-NEXT: call i32 @const(i32 1)
; CHECK-NEXT: call void @_ZSt9terminatev()
; CHECK-NEXT: call void @__ubsan_handle_add_overflow(ptr null)
; CHECK-NEXT: ret void
define void @f() {
  %1 = call i32 @mine(i32 1)
  %2 = call i32 @computes(i32 1)
  %3 = call i32 @abs(i32 1)
  %4 = call i32 @const(i32 1)
  call void @_ZSt9terminatev()
  call void @__ubsan_handle_add_overflow(ptr null)
  ret void
}
define i32 @mine(i32 %x) "stm-pure" noinline { ret i32 %x }
define i32 @computes(i32 %x) "stm-pure" noinline memory(none) { ret i32 %x }
declare i32 @abs(i32)
declare i32 @const(i32) memory(none)
declare void @_ZSt9terminatev()
declare void @__ubsan_handle_add_overflow(ptr)
; CHECK-NOT: @_ZGTt4mine
