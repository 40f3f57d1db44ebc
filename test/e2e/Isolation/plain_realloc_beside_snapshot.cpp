//===- e2e/Isolation/plain_realloc_beside_snapshot.cpp - old blocks stay --===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What plain code reallocates while a snapshot runs that may still read it
// stays as it was until the snapshot's end; the new block has its content.
//
// A sanitizer's own realloc doesn't wait for snapshots.
// UNSUPPORTED: sanitized
// RUN: %at_O2 %t %s %stmxx
// Without that the block is given to the next who wants one.
// RUN: not env STM_OPTIONS=gc_defer_frees=0 %t.O2 2>&1 | FileCheck %s --check-prefix=WITHOUT
// WITHOUT: expected Sum == 2 * Words
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

namespace {

constexpr long Words = 64;
long *Shared;

/// Everybody's who asks for as much.
void scribble() {
  for (unsigned I = 0; I != 64; ++I) {
    auto *Block = static_cast<volatile long *>(malloc(Words * sizeof(long)));
    for (long W = 0; W != Words; ++W)
      Block[W] = -1;
  }
}

void reallocate() {
  long *Mine = nullptr;
  stm::atomic([&] {
    Mine = Shared;
    Shared = nullptr;
  });
  Mine = static_cast<long *>(realloc(Mine, 64 * Words * sizeof(long)));
  for (long W = 0; W != Words; ++W)
    EXPECT(Mine[W] == 2);
  scribble();
  // To nothing: it is freed.
  EXPECT(realloc(Mine, 0) == nullptr);
}

} // namespace

int main() {
  Shared = static_cast<long *>(malloc(Words * sizeof(long)));
  void *Next = malloc(Words * sizeof(long)); // So that it can't just grow.
  for (long W = 0; W != Words; ++W)
    Shared[W] = 2;
  Thread Writer([] {
    await(1);
    reallocate();
    reached(2);
  });
  stm::snapshot([] {
    long *Block = Shared;
    reached(1);
    await(2);
    long Sum = 0;
    for (long W = 0; W != Words; ++W)
      Sum += Block[W];
    EXPECT(Sum == 2 * Words);
  });
  free(Next);
}
