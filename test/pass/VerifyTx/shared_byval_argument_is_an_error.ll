; RUN: not %opt -passes=stm-verify %s 2>&1 | FileCheck %s
; CHECK: error: {{.*}}call void @pure(ptr byval(i64) %p)
define void @f(ptr %p) "stm-version"="name" {
  call void @pure(ptr byval(i64) %p)
  ret void
}
declare void @pure(ptr) "stm-pure"
