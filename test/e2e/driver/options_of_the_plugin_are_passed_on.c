// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The atomic store makes the transaction inevitable, which -stm-strict forbids.

// RUN: %stmcc -c %s -o %t.o
// RUN: not %stmcc -stm-strict -c %s -o %t.none 2>&1 | FileCheck %s
// RUN: not %stmcc -mllvm -stm-strict -c %s -o %t.none 2>&1 | FileCheck %s
// CHECK: error: {{.*}}atomic
// RUN: not %stmcc -stm-no-such-option -c %s -o %t.none 2>&1 \
// RUN:   | FileCheck --check-prefix=UNKNOWN %s
// UNKNOWN: Unknown command line argument '-stm-no-such-option'

// It doesn't need to be there to link.
// RUN: %stmcc -Werror -stm-strict %t.o -o %t

#include <stm/stm.h>

static _Atomic int Flag;

STM_TRANSACTION void raise(void) { Flag = 1; }

int main(void) {
  raise();
  return Flag == 1 ? 0 : 1;
}
