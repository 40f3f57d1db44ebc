// OptimizerLast runs twice in this compilation.
// RUN: %cc -mllvm -stm-inline=never -O2 -flto -ffat-lto-objects %s -c -o %t.o
// RUN: llvm-objdump -r %t.o | FileCheck %s
// CHECK-COUNT-1: __stm_write_u32
// CHECK-NOT: __stm_{{read|write|wrap}}
int G;
__attribute__((visibility("hidden"))) void f(void) { G = 1; }
