//===- e2e/Language/uninstrumented_call.cpp -------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Correct all the same: the transaction becomes inevitable, and the report
// names the call.
//
// RUN: %cxx -O1 -c %inputs/callees.cpp -o %t.callees.o
// RUN: %two_levels %t %s %stmxx -g %t.callees.o
//
//===----------------------------------------------------------------------===//

#include "callees.h"
#include "e2e.h"

long X = 0;

int main() {
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 500; ++I) {
      stm::atomic([] { ++X; });
      stm::atomic([] { addElsewhere(&X, 1); }); // The call.
    }
  });
  EXPECT(X == 4000);
  EXPECT(inevitableSoFar() == 2000);
}

// CHECK: 2000 inevitable
// CHECK: call to addElsewhere(long*, long){{.*}}uninstrumented_call.cpp:[[#@LINE-8]]
