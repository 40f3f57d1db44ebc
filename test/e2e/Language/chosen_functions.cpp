//===- e2e/Language/chosen_functions.cpp - target_clones and kin ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a function that is chosen when the program starts, a block calls the
// version of the one that was chosen: it isn't inevitable, and can be undone.
//
// Resolvers run before ThreadSanitizer does.
// UNSUPPORTED: tsan
// RUN: %levels %t %s %stmxx
// RUN: %one_level %t.fixed %s %stmxx -fno-pie -no-pie
// RUN: %one_level %t.pic %s %stmxx -fPIC
// RUN: %one_level %t.lto %s %stmxx -flto
// RUN: %stmxx -O1 %s -c -o %t.o -Rpass-missed=stm 2>&1 | FileCheck %s --check-prefix=MAY
// MAY: a transaction may become inevitable: call to scale(
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

float Values[64];
long Count;

#ifdef __x86_64__
#define CHOSEN __attribute__((target_clones("avx2", "default")))
#else
#define CHOSEN __attribute__((target_clones("sve2", "default")))
#endif

CHOSEN void scale(float *Of, int N, float By) {
  for (int I = 0; I != N; ++I)
    Of[I] = Of[I] * By + 1;
}

static long addOne(long *To) { return ++*To; }
extern "C" {
using Add = long (*)(long *);
static Add chooseAdd() { return addOne; }
long add(long *To) __attribute__((ifunc("_ZL9chooseAddv")));
}

int main() {
  stm::atomic([] { scale(Values, 64, 2); });
  EXPECT(Values[0] == 1 && Values[63] == 1);
  stm::atomic([] { EXPECT(add(&Count) == 1); });

  bool Done = stm::try_atomic([] {
    scale(Values, 64, 2);
    add(&Count);
    stm::cancel();
  });
  EXPECT(!Done && Values[0] == 1 && Values[63] == 1 && Count == 1);
  EXPECT(inevitableSoFar() == 0);
}
