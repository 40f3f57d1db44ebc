//===- e2e/Language/own_delete.cpp - operator delete with a block ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program's operator delete runs a block. When a rollback calls it, for
// what the attempt has allocated or made, that block's end must leave alone
// what the attempt had freed.
//
// ThreadSanitizer has operators of its own.
// UNSUPPORTED: tsan
// RUN: %two_levels %t %s %stmxx
// RUN: %if !sanitized %{ \
// RUN:   %stmxx -O2 %s -o %t.faults && \
// RUN:   for s in 1 2 3 4; do \
// RUN:     env LD_LIBRARY_PATH=%libdir/checked \
// RUN:       STM_OPTIONS=report=none:inject=abort/9:seed=$s %t.faults || exit 1; \
// RUN:   done %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <new>
#include <sstream>
#include <string>

long Deletes = 0;
bool Counts = false;

void *operator new(size_t Bytes) {
  if (void *Block = malloc(Bytes))
    return Block;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void *Block) noexcept {
  if (Counts)
    stm::atomic([] { ++Deletes; });
  free(Block);
}
void operator delete(void *Block, size_t) noexcept { operator delete(Block); }

int *Shared;
long Total = 0;

static void deletesAndAllocates() {
  Total += *Shared;
  int *volatile Fresh = new int(1);
  Total += *Fresh;
  delete Shared;
  Shared = Fresh;
}

static void deletesAndStreams() {
  std::ostringstream Out;
  Out << std::string(100, 's');
  Total += static_cast<long>(Out.str().size());
  delete Shared;
  Shared = new int(1);
}

int main() {
  Shared = new int(1);
  Thread Beside([] {}); // Of a lone thread blocks have no barriers.
  for (int I = 0; I != 1000; ++I) {
    Counts = true;
    stm::atomic(deletesAndAllocates);
    stm::atomic(deletesAndStreams);
    Counts = false;
  }
  EXPECT(Total == 1000 * 102);
  EXPECT(*Shared == 1);
  EXPECT(Deletes >= 2000);
}
