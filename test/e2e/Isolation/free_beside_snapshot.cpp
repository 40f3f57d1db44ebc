//===- e2e/Isolation/free_beside_snapshot.cpp -----------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// "Unlink in a block, delete after it": the commit has waited for transactions,
// not for snapshots. A snapshot that has seen the block reads it as it was,
// also when its memory would long have become somebody else's.
//
// A sanitizer's own free doesn't wait for snapshots.
// UNSUPPORTED: sanitized
// RUN: %all_levels %t %s %stmxx
// RUN: env STM_OPTIONS=gc_defer_frees=0 not %t.O2 2>&1 | FileCheck %s --check-prefix=NOW
// NOW: expected Sum == 7 * Words
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstdlib>

namespace {

constexpr long Words = 8;
long *Head;

__attribute__((noinline)) void freeAndReuse(long *Unlinked) {
  free(Unlinked);
  // The allocator gives the newest block of a size back first.
  auto *Mine = static_cast<volatile long *>(malloc(Words * sizeof(long)));
  for (long I = 0; I != Words; ++I)
    Mine[I] = 0x5a5a;
}

} // namespace

int main() {
  Head = static_cast<long *>(malloc(Words * sizeof(long)));
  for (long I = 0; I != Words; ++I)
    Head[I] = 7;
  long Sum = 0;
  {
    Thread Writer([] {
      await(1);
      long *Unlinked = stm::atomic([] {
        long *Old = Head;
        Head = nullptr;
        return Old;
      });
      freeAndReuse(Unlinked);
      reached(2);
    });
    Sum = stm::snapshot([] {
      long *Seen = Head;
      reached(1);
      await(2);
      long Sum = 0;
      for (long I = 0; I != Words; ++I)
        Sum += Seen[I];
      return Sum;
    });
  }
  EXPECT(Sum == 7 * Words);
  EXPECT(stm::snapshot([] { return Head == nullptr; }));
}
