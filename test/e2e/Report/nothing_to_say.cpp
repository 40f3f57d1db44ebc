//===- e2e/Report/nothing_to_say.cpp - silence ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Without conflicts and inevitable transactions nothing is printed;
// report=summary and report=full print all the same, report=none never.
//
// RUN: %stmxx -O2 %s -o %t
// RUN: %t > %t.out 2>&1 && test ! -s %t.out
// RUN: env STM_OPTIONS=report=summary %t 2>&1 | FileCheck %s
// RUN: env STM_OPTIONS=report=full %t 2>&1 | FileCheck %s
// RUN: env STM_OPTIONS=report=none %t loud > %t.out 2>&1 && test ! -s %t.out
// RUN: env STM_OPTIONS=report=summary:report_path=stdout %t 2>/dev/null | FileCheck %s
// RUN: rm -f %t.report.* && env STM_OPTIONS=report=summary:report_path=%t.report.%%p %t
// RUN: cat %t.report.* | FileCheck %s
// CHECK: {{[0-9]+}} transactions committed
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long X = 0;

int main(int Argc, char **) {
  for (int I = 0; I != 10; ++I)
    stm::atomic([] { ++X; });
  if (Argc > 1)
    stm::atomic([] { stm::become_inevitable("loud"); });
}
