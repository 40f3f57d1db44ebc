//===- e2e/Report/options.cpp - STM_OPTIONS: help, typos, bad values ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each with what is wrong and what is allowed; the program's own defaults are
// overridden by the environment.
//
// RUN: %stmxx -O2 %s -o %t
// RUN: env STM_OPTIONS=help=1 %t 2>&1 | FileCheck %s --check-prefix=HELP
// HELP: quiesce
// HELP: ran
// RUN: env STM_OPTIONS=qiesce=never %t 2>&1 | FileCheck %s --check-prefix=TYPO
// TYPO: qiesce
// TYPO: ran
// RUN: not env STM_OPTIONS=quiesce=sometimes %t 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: quiesce
// VALUE-SAME: sometimes
// VALUE-NOT: ran
// RUN: not env STM_OPTIONS=spin=-5 %t 2>&1 | FileCheck %s --check-prefix=RANGE
// RANGE: spin
// RANGE-NOT: ran
// RUN: not env STM_OPTIONS=inevitable_after=many %t 2>&1 | FileCheck %s --check-prefix=NUMBER
// NUMBER: inevitable_after
// NUMBER-NOT: ran
// RUN: %stmxx -O2 -DDEFAULTS %s -o %t.defaults
// RUN: %t.defaults 2>&1 | FileCheck %s --check-prefix=DEFAULTS
// DEFAULTS: transactions committed
// RUN: env STM_OPTIONS=report=none %t.defaults > %t.out 2>&1
// RUN: not grep committed %t.out
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#ifdef DEFAULTS
extern "C" const char *__stm_default_options() { return "report=summary"; }
#endif

int main() {
  stm::atomic([] {});
  fprintf(stderr, "ran\n");
}
