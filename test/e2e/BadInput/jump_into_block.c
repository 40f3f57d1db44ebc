//===- e2e/BadInput/jump_into_block.c - goto and case labels ------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block is entered at its beginning only; clang's own error, in both
// languages.
//
// RUN: not %stmcc -DGOTO -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=GOTO
// RUN: not %stmcc -DCASE -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=CASE
// RUN: not %stmcc -DLABEL -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=LABEL
// RUN: not %stmxx -x c++ -DGOTO -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=GOTO
// RUN: not %stmxx -x c++ -DCASE -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=CASE
// RUN: not %stmxx -x c++ -DLABEL -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=LABEL
// RUN: %stmcc -c %s -o %t.o
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

long Sum;

int main(int Count, char **Arguments) {
  (void)Arguments;
#ifdef GOTO
  // GOTO: jump_into_block.c:[[#@LINE+2]]:{{.*}} error: cannot jump
  if (Count > 1)
    goto Inside;
#endif
#ifdef LABEL
  void *Target = Count > 1 ? &&Inside : &&Outside;
  // LABEL: jump_into_block.c:[[#@LINE+1]]:{{.*}} error: cannot jump
  goto *Target;
Outside:
#endif
  switch (Count) {
  case 1:
    STM_ATOMIC {
      ++Sum;
#if defined(GOTO) || defined(LABEL)
    Inside:
#endif
#ifdef CASE
      // CASE: jump_into_block.c:[[#@LINE+1]]:{{.*}} error: cannot jump
    case 2:
#endif
      --Sum;
    }
  }
  return 0;
}
