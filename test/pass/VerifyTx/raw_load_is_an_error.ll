; RUN: not %opt -passes=stm-verify %s 2>&1 | FileCheck %s
; CHECK: error: {{.*}}llvm-stm left an access without a barrier{{.*}}load i32, ptr %p{{.*}}'name'
define i32 @f(ptr %p) "stm-version"="name" {
  %r = load i32, ptr %p
  ret i32 %r
}
