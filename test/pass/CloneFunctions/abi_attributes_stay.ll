; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-DAG: define void @_ZGTt1g(ptr sret(%s) align 8 %a)
define void @g(ptr noalias writable sret(%s) align 8 %a) { ret void }
%s = type { i64, i64, i64 }
; CHECK-DAG: define zeroext i8 @_ZGTt1f(ptr byval(%s) align 8 %b, i8 signext %c, i32 inreg %d, ptr nest %e)
define zeroext i8 @f(ptr byval(%s) align 8 %b, i8 signext %c, i32 inreg %d, ptr nest %e) {
  ret i8 0
}
