; RUN: not %opt -passes=stm-verify %s 2>&1 | FileCheck %s
; CHECK: error: {{.*}}call void %p
define void @f(ptr %p) "stm-version"="name" {
  call void %p()
  ret void
}
