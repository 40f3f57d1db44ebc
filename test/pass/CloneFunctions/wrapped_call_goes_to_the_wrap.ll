; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-LABEL: define ptr @_ZGTt1f(
; CHECK: [[P:%.*]] = call ptr @__stm_wrap_malloc(i64 8)
; CHECK: invoke ptr @__stm_wrap__Znwm(i64 8)
; CHECK: call void @__stm_wrap_free(ptr [[P]])
; CHECK: declare ptr @__stm_wrap_malloc(i64) #[[N:[0-9]+]]
; CHECK: attributes #[[N]] = { nounwind nonlazybind }
define ptr @f() personality ptr @__gxx_personality_v0 {
  %p = call noalias ptr @malloc(i64 8)
  %q = invoke ptr @_Znwm(i64 8) to label %ok unwind label %bad
ok:
  call void @free(ptr %p)
  ret ptr %q
bad:
  %l = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %l
}
declare ptr @malloc(i64)
declare ptr @_Znwm(i64)
declare void @free(ptr)
declare i32 @__gxx_personality_v0(...)
