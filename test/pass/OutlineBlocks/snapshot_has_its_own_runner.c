// RUN: %cc -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %opt -passes=stm-outline-blocks %t.ll | FileCheck %s
#include <stm/stm.h>
int G;
// CHECK: call i32 @__stm_snapshot(ptr @f.stm_block,
int f(void) {
  STM_SNAPSHOT { return G; }
}
