// Each error is reported, and the rest of the pipeline still gets valid IR.
// RUN: not %cxx -O2 %s -c -o %t.o 2>&1 | FileCheck %s --implicit-check-not="PLEASE submit"
#include <stm/stm.hpp>
// CHECK-DAG: error: {{.*}}'variadic(int, ...)' cannot be STM_TRANSACTION
STM_TRANSACTION int variadic(int N, ...) { return N; }
// CHECK-DAG: error: {{.*}}'stm_safe' says nothing about a variable
STM_SAFE int Variable;
// CHECK-DAG: error: {{.*}}unknown annotation 'stm_other'
__attribute__((annotate("stm_other"))) int other() { return Variable; }
int use() { return stm::atomic([] { return variadic(1, 2) + other(); }); }
