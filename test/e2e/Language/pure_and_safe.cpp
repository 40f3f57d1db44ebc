//===- e2e/Language/pure_and_safe.cpp - STM_PURE and STM_SAFE ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// STM_PURE functions are called as they stand; STM_SAFE declarations need their
// version at link time.
//
// RUN: %stmxx -O2 -DCALLEE -c %s -o %t.safe.o
// RUN: %cxx -O2 -DCALLEE -c %s -o %t.plain.o
// RUN: %levels %t %s %stmxx %t.safe.o
// RUN: not %stmxx -O2 %s %t.plain.o -o %t.bad 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: undefined reference to `{{.*}}safelyElsewhere
//
//===----------------------------------------------------------------------===//

#include <stm/attributes.h>

STM_SAFE void safelyElsewhere(long *To);

#ifdef CALLEE

void safelyElsewhere(long *To) { ++*To; }

#else

#include "e2e.h"

std::atomic<int> Calls{0};

STM_PURE int calls() { return ++Calls; }

long Shared = 0;

int main() {
  Rival Other;
  stm::atomic([&] {
    calls();
    EXPECT(!stm_is_inevitable());
    safelyElsewhere(&Shared);
    Other.strike();
  });
  EXPECT(Calls == 2); // Once an attempt.
  EXPECT(Shared == 1 && inevitableSoFar() == 0);
}

#endif
