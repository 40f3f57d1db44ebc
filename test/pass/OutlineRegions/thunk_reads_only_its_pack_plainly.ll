; What an argument points to is shared, whoever loads it.
; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; CHECK-LABEL: @_ZGTt5thunk(
; CHECK: load ptr, ptr %pack
; CHECK: call i32 @__stm_read_u32(ptr {{.*}}%p)
define void @_ZGTt5thunk(ptr %pack) #0 {
  %p = load ptr, ptr %pack
  %v = load i32, ptr %p
  call void @use(i32 %v)
  ret void
}
declare void @use(i32) #1
attributes #0 = { "stm-version"="thunk" "stm-thunk" }
attributes #1 = { "stm-pure" }
