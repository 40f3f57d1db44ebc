//===- e2e/Isolation/free_in_block.cpp ------------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A node is unlinked and deleted in one transaction while an older attempt
// knows it: the block goes back to the allocator only after that has ended.
//
// RUN: %levels %t %s %stmxx
// RUN: env STM_OPTIONS=quiesce=never:report=none not %t.O2 2>&1 | FileCheck %s
// --check-prefix=NEVER NEVER: expected !Freed
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <new>

alignas(64) long *Shared = nullptr;
void *Watched = nullptr;
std::atomic<bool> Freed{false};

STM_PURE void stillThere() { EXPECT(!Freed); }

void operator delete(void *Block) noexcept {
  if (Block && Block == Watched) {
    Freed = true;
    reached(2);
  }
  free(Block);
}
void operator delete(void *Block, size_t) noexcept { operator delete(Block); }

int main() {
  Shared = new long(5);
  Watched = Shared;
  Thread Old([] {
    stm::atomic([] {
      long *Node = Shared;
      if (!Node)
        return;
      reached(1);
      awaitBriefly(2);
      stillThere();
    });
  });
  await(1);
  stm::atomic([] {
    delete Shared;
    Shared = nullptr;
  });
  EXPECT(Freed);
}
