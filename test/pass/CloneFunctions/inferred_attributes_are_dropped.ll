; Each of these is false of the version, which calls the runtime.
; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK: define i32 @_ZGTt1f(ptr noundef %p) #[[F:[0-9]+]]
; CHECK: call i32 @_ZGTt1g(ptr noundef %p) #[[CALL:[0-9]+]]
; CHECK: declare {{.*}} @_ZGTt1g
; CHECK: attributes #[[F]] = { nounwind uwtable "frame-pointer"="all" "stm-version"="f" }
; CHECK: attributes #[[CALL]] = { nounwind }
define i32 @f(ptr noundef readonly dereferenceable(4) %p) nounwind uwtable memory(read) nosync nofree willreturn norecurse speculatable sanitize_thread "frame-pointer"="all" {
  %r = call i32 @g(ptr noundef readonly %p) nounwind memory(read) willreturn
  ret i32 %r
}
declare i32 @g(ptr) "stm-safe"
