//===- e2e/Threads/exit_inside.cpp - exit() inside a block ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Destructors and the report run although a transaction is open.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

struct AtExit {
  ~AtExit() {
    stm::atomic([] {});
    printf("destroyed\n");
  }
} Object;

int main() {
  stm::atomic([] {
    printf("in the block\n");
    exit(0);
  });
}

// The two streams are one here, in either order.
// CHECK-DAG: in the block
// CHECK-DAG: destroyed
