//===- e2e/BadInput/unknown_option.c - an unknown -stm- option ----*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's own message.
//
// RUN: not %stmcc -O2 -stm-no-such-thing -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmcc -O2 -stm-clones=some -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=VALUE
// CHECK: stm-no-such-thing
// VALUE: stm-clones
// VALUE-SAME: some
//
//===----------------------------------------------------------------------===//

int main(void) { return 0; }
