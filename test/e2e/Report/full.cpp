//===- e2e/Report/full.cpp - report=full ------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All entries, with the stacks of the victim and the function names in them.
//
// RUN: %stmxx -O1 -g %s -o %t
// RUN: env STM_OPTIONS=report=full %t 2>&1 | FileCheck %s
// CHECK: innermost
// CHECK: middle
// CHECK: outermost
//
// On a terminal, which script makes, in colour.
// RUN: if command -v script > /dev/null; then \
// RUN:   env TERM=xterm STM_OPTIONS=report=full script -qec %t /dev/null > %t.seen && \
// RUN:   FileCheck %s --check-prefix=COLOR --input-file %t.seen; fi
// COLOR: {{.}}[1m
// COLOR: innermost
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long Shared = 0;

__attribute__((noinline)) void innermost(Rival &R) {
  ++Shared;
  R.strike();
  ++Shared;
}
__attribute__((noinline)) void middle(Rival &R) {
  innermost(R);
  ++Shared;
}
__attribute__((noinline)) void outermost(Rival &R) {
  middle(R);
  ++Shared;
}

int main() {
  Rival R;
  stm::atomic("full", [&] { outermost(R); });
  EXPECT(Shared == 4);
}
