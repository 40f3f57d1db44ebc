//===- e2e/BadInput/annotation_on_variable.cpp ----------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An error at compile time with file and line; the compiler doesn't crash.
//
// RUN: not %stmxx -O0 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmxx -O2 -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: annotation_on_variable.cpp:{{[0-9]+}}
// CHECK-SAME: {{[Ee]rror|stm_safe}}
// CHECK-NOT: PLEASE submit a bug report
// CHECK-NOT: Stack dump
//
//===----------------------------------------------------------------------===//

#include <stm/stm.hpp>

STM_SAFE int Variable = 5;

int main() { return Variable; }
