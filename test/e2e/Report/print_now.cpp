//===- e2e/Report/print_now.cpp - stm_print_report --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The report as of now, in the middle of the program.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

int main() {
  stm::atomic([] { stm::become_inevitable("first"); });
  stm_print_report();
  fprintf(stderr, "between\n");
  stm::atomic([] { stm::become_inevitable("second"); });
}

// CHECK: first
// CHECK: between
// CHECK: second
