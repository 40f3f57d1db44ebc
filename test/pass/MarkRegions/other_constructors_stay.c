// RUN: %cc -O0 %s %emit | FileCheck %s
#include <stm/stm.h>
int Count;
int f(void) { return Count; }
// CHECK: @llvm.global_ctors = appending global [2 x
// CHECK-SAME: @mine
// CHECK-SAME: @stm.register
__attribute__((constructor)) static void mine(void) { ++Count; }
