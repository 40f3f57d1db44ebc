; A weak function may be replaced at link time by one without a version. The
; table's row has this definition's own address.
; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK: @stm.clones = internal constant {{.*}} { ptr @hook.stm_own, ptr @_ZGTt4hook }
; CHECK: @hook.stm_own = internal alias {{.*}}, ptr @hook
; CHECK-DAG: call ptr @__stm_clone_of(ptr @hook)
; CHECK-DAG: define internal i32 @_ZGTt4hook()
define weak i32 @hook() { ret i32 1 }
define i32 @f() {
  %r = call i32 @hook()
  ret i32 %r
}
