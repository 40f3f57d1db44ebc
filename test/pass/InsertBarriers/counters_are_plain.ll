; RUN: %opt -passes=stm-barriers,stm-inevitability,stm-verify %s | FileCheck %s --implicit-check-not=__stm_
@__profc_f = private global [1 x i64] zeroinitializer, section "__llvm_prf_cnts"
@__llvm_gcov_ctr = internal global [1 x i64] zeroinitializer
; CHECK: atomicrmw add ptr @__profc_f
; CHECK: load i64, ptr @__llvm_gcov_ctr
; CHECK: store i64 {{.*}}, ptr @__llvm_gcov_ctr
define void @f() "stm-version"="x" {
  %1 = atomicrmw add ptr @__profc_f, i64 1 monotonic
  %2 = load i64, ptr @__llvm_gcov_ctr
  store i64 %2, ptr @__llvm_gcov_ctr
  ret void
}
