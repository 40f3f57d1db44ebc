//===- e2e/Language/without_plugin.cpp ------------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Correct, one transaction at a time; the report says why.
//
// RUN: %two_levels %t %s %cxx %link
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;

int main() {
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 1000; ++I)
      stm::atomic([] {
        EXPECT(X == Y);
        ++X;
        ++Y;
        EXPECT(stm_is_inevitable());
      });
  });
  EXPECT(X == 4000 && Y == 4000);
  EXPECT(inevitableSoFar() == 4000);
}

// CHECK: compiled without the plugin
// CHECK: compile it with stm-clang
