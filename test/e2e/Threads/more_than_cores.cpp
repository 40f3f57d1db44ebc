//===- e2e/Threads/more_than_cores.cpp - hundreds of threads at once ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Far more threads than cores, all on the same words: it must come to an end.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long X = 0;

int main() {
  onThreads(300, [](unsigned) {
    for (int I = 0; I != 20; ++I)
      stm::atomic([] { ++X; });
  });
  EXPECT(X == 6000);
}
