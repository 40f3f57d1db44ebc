// RUN: not %cc -O1 %s -c -o /dev/null 2>&1 | FileCheck %s
#include <stm/stm.h>
long X;
void f(int If) {
  if (If)
    STM_ATOMIC { ++X; }
  // CHECK: [[@LINE+1]]: {{.*}}STM_OR_ELSE must follow an STM_ATOMIC block
  STM_OR_ELSE { --X; }
}
