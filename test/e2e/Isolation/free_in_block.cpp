//===- e2e/Isolation/free_in_block.cpp ------------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A node is unlinked and deleted in one transaction while an older attempt
// knows it: the block goes back to the allocator only after that has ended. The
// operator is replaced, in a file that the plugin doesn't see.
//
// A sanitizer has an operator delete of its own.
// UNSUPPORTED: sanitized
// RUN: %cxx -O1 -DALLOCATOR -c %s -o %t.allocator.o
// RUN: %all_levels %t %s %stmxx %t.allocator.o
// Frees wait even if commits don't:
// RUN: env STM_OPTIONS=quiesce=never %t.O2
// RUN: %no_stm -O1 %s %t.allocator.o -o %t.no
// RUN: not %t.no 2>&1 | FileCheck %s --check-prefix=EARLY
// EARLY: expected !Freed
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <new>

extern void *Watched;
extern std::atomic<bool> Freed;

#ifdef ALLOCATOR

void *Watched = nullptr;
std::atomic<bool> Freed{false};

void operator delete(void *Block) noexcept {
  if (Block && Block == Watched) {
    Freed = true;
    reached(2);
  }
  free(Block);
}
void operator delete(void *Block, size_t) noexcept { operator delete(Block); }

#else

alignas(64) long *Shared = nullptr;

STM_PURE void stillThere() { EXPECT(!Freed); }

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

#endif
