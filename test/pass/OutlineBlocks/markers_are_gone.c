// RUN: %cc -O0 %s %emit | FileCheck %s
// RUN: %cc -O0 -g %s %emit | FileCheck %s
#include <stm/stm.h>
int G;
// CHECK-NOT: __stm_block
int f(int X) {
  for (;;)
    STM_ATOMIC_NAMED("f") {
      if (++G == X)
        return 1;
      if (G > X)
        goto Out;
    }
Out:
  return 0;
}
