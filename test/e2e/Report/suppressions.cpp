//===- e2e/Report/suppressions.cpp - what the reader has accepted ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of the program itself and of a file; by a block's name and by a library that
// called. Matches are counted; a typo is named with its line.
//
// RUN: %stmxx -O2 -g -shared -fPIC -DLIBRARY %s -o %t.lib.so
// RUN: %stmxx -O2 -g %s %t.lib.so -o %t
// RUN: env STM_OPTIONS=report=full %t 2>&1 | FileCheck %s --check-prefix=OWN
// OWN-NOT: of the program
// OWN: of a library
// OWN: suppressed 1 times by inevitable:accepted
// RUN: echo 'called_from_lib:lib.so' > %t.supp
// RUN: env STM_OPTIONS=report=full:suppressions=%t.supp %t 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH-NOT: of the program
// BOTH-NOT: of a library
// BOTH-DAG: suppressed 1 times by inevitable:accepted
// BOTH-DAG: suppressed 1 times by called_from_lib:lib.so
// RUN: echo '# a comment' > %t.typo && echo 'called_form_lib:lib.so' >> %t.typo
// RUN: not env STM_OPTIONS=suppressions=%t.typo %t 2>&1 | FileCheck %s --check-prefix=TYPO
// TYPO: typo:2: 'called_form_lib:lib.so'
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

void callLibrary();

#ifdef LIBRARY
void callLibrary() {
  stm::atomic([] { stm::become_inevitable("of a library"); });
}
#else
extern "C" const char *__stm_default_suppressions() {
  return "# Known.\ninevitable:accepted\n";
}

int main() {
  stm::atomic("accepted", [] { stm::become_inevitable("of the program"); });
  callLibrary();
}
#endif
