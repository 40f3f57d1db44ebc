//===- e2e/Language/coverage.cpp - with coverage and profiles ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counters of the instrumentation are not part of transactions.
//
// RUN: env LLVM_PROFILE_FILE=%t.profraw %two_levels %t %s %stmxx -fprofile-instr-generate -fcoverage-mapping
// RUN: %two_levels %t %s %stmxx -fsanitize-coverage=inline-8bit-counters
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long X = 0;

int main() {
  onThreads(2, [](unsigned) {
    for (int I = 0; I != 1000; ++I)
      stm::atomic([&] { X += I % 2 ? 1 : 3; });
  });
  EXPECT(X == 4000);
  EXPECT(inevitableSoFar() == 0);
}
