//===- e2e/BadInput/block_left_by_break_in_c.c --------------------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `break` and `continue` would mean the block instead of the loop: an error
// with file and line. Of `break` also without the plugin.
//
// RUN: not %stmcc -O0 -DBREAK -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=CHECK,BREAK
// RUN: not %stmcc -O2 -g -DBREAK -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=CHECK,BREAK
// RUN: not %stmcc -O0 -DCONTINUE -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=CHECK,CONTINUE
// RUN: not %stmcc -O2 -g -DCONTINUE -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=CHECK,CONTINUE
// RUN: not %cc -O0 -DBREAK -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: not %cc -O2 -DBREAK -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: %stmcc -O0 -c %s -o %t.o
// RUN: %cc -O0 -c %s -o %t.o
// CHECK: block_left_by_break_in_c.c:[[#@LINE+14]]
// BREAK-SAME: 'break'
// CONTINUE-SAME: 'continue'
// CHECK-NOT: PLEASE submit a bug report
// PLAIN: block_left_by_break_in_c.c:[[#@LINE+10]]{{.*}} error: {{.*}}'break' would leave
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

long Sum;

int main(void) {
  for (int I = 0; I < 10; ++I) {
    STM_ATOMIC {
      Sum += I;
#ifdef BREAK
      if (Sum > 5)
        break;
#endif
#ifdef CONTINUE
      if (Sum > 5)
        continue;
#endif
    }
    ++Sum;
  }
}
