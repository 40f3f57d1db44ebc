//===- e2e/BadInput/block_in_c89.c --------------------------------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks need C99's scopes: clang 22 lost what came after a block in C89, or
// crashed. The header's functions don't.
//
// RUN: not %stmcc -std=gnu89 -DBLOCK -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc -std=gnu89 -DBLOCK -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not gcc %include -std=gnu89 -DBLOCK -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %stmcc -std=gnu89 -Wall -Werror -c %s -o %t.o
// RUN: %stmcc -std=gnu99 -Wall -Werror -DBLOCK -c %s -o %t.o
// CHECK: block_in_c89.c:[[#@LINE+13]]:{{.*}} error: STM_ATOMIC and the like need C99: -std=gnu99
// CHECK-NOT: error:
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

extern long Sum;
void after(void);

/* As the language has comments. */
void add(void) {
#ifdef BLOCK
  STM_ATOMIC { ++Sum; }
#endif
  if (stm_in_transaction())
    after();
}
