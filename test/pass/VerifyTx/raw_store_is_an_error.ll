; RUN: not %opt -passes=stm-verify %s 2>&1 | FileCheck %s
; CHECK: error: {{.*}}store i32 1, ptr %p
define void @f(ptr %p) "stm-version"="name" {
  store i32 1, ptr %p
  ret void
}
