//===- e2e/Language/block_without_plugin.cpp ------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks run one at a time, flat, and every exit ends one; the report says why.
//
// RUN: %two_levels %t %s %cxx %link
// RUN: %two_levels %t.17 %s %cxx -std=c++17 %link
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;

int step(int I) {
  while (true) {
    try {
      STM_ATOMIC_NAMED("step") {
        EXPECT(X == Y && stm_is_inevitable());
        ++X;
        STM_ATOMIC { EXPECT(stm_is_inevitable()); }
        stm::atomic([] { ++Y; });
        switch (I % 5) {
        case 0:
          return 0;
        case 1:
          goto Out;
        case 2:
          throw 2;
        case 3:
          EXPECT(stm_in_transaction());
        }
        if (I % 5 == 3)
          break;
      }
    } catch (int Two) {
      EXPECT(!stm_in_transaction());
      return Two;
    }
    return 4;
  }
  return 3;
Out:
  return 1;
}

int main() {
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 1000; ++I) {
      EXPECT(step(I) == I % 5);
      EXPECT(!stm_in_transaction());
    }
  });
  EXPECT(X == 4000 && Y == 4000);
  EXPECT(inevitableSoFar() == 4000);
}

// CHECK: compiled without the plugin
// CHECK: compile it with stm-clang
