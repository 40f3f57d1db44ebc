; RUN: not %opt -passes=stm-verify %s 2>&1 | FileCheck %s
; CHECK: error: {{.*}}call void @other
define void @f() "stm-version"="name" {
  call void @other()
  ret void
}
declare void @other()
