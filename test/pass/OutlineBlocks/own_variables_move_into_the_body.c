// In a loop as well: their lifetime says that they are the block's own.
// RUN: %cc -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %opt -passes=stm-outline-blocks %t.ll | FileCheck %s
#include <stm/stm.h>
void use(long *);
// CHECK-LABEL: define {{.*}} @f(
// CHECK-NOT: alloca [7 x i64]
// CHECK-LABEL: define internal void @f.stm_block(
// CHECK: [[OWN:%.*]] = alloca [7 x i64]
// CHECK: call void @llvm.lifetime.start{{.*}}({{.*}}ptr [[OWN]])
void f(int N) {
  for (int I = 0; I < N; ++I)
    STM_ATOMIC {
      long Own[7];
      use(Own);
    }
}
