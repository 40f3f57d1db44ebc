//===- e2e/BadInput/wrong_llvm.c - a plugin for another LLVM ------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver says which there are; clang, given the wrong one by hand, says so
// or refuses, without a crash.
//
// REQUIRES: other-plugin
// RUN: env STM_CLANG_VERSION=13 not %stmcc -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: no pass plugin for LLVM 13
// CHECK-SAME: 19
// RUN: not %cc -O1 -fpass-plugin=%otherplugin -c %s -o %t.o > %t.out 2>&1
// RUN: FileCheck %s --check-prefix=OTHER < %t.out
// OTHER-NOT: PLEASE submit a bug report
// OTHER: error
// OTHER-NOT: PLEASE submit a bug report
//
//===----------------------------------------------------------------------===//

int main(void) { return 0; }
