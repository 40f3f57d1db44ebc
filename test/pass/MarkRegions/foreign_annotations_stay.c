// Only rows that are ours are taken out of llvm.global.annotations: they would
// keep their functions alive.
// RUN: %cc -O1 %s %emit | FileCheck %s
#include <stm/attributes.h>
// CHECK: @llvm.global.annotations = appending global [1 x
// CHECK-SAME: @other
__attribute__((annotate("somebody's"))) void other(void) {}
// CHECK-NOT: @unused
STM_PURE static inline int unused(int X) { return X; }
STM_SAFE void safe(void) {}
