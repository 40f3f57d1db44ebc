//===- gc/grace.cpp - waiting for walks that are under way ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/grace.h"

#include "base/membarrier.h"
#include "base/test_point.h"
#include "base/wait.h"
#include "gc/statistics.h"
#include "mem/version_memory.h"

namespace stm::rt {

void GracePeriods::add(UndoChunk *C) {
  C->NextRetired = OpenChunks;
  OpenChunks = C;
}

void GracePeriods::close() {
  Closed = Open++;
  ClosedChunks = OpenChunks;
  OpenChunks = nullptr;
  HasDropped = false;
  // (24) Either a walker sees what was unlinked, or we see that it walks.
  if (WalksNeedFence)
    arch::fullFence();
  else
    membarrierForAll();
  Walkers.clear();
  forEachReader([&](SnapshotReader &R) {
    uint64_t Walks = R.walks();
    if (Walks % 2 == 0 || Walkers.push({&R, Walks}))
      return;
    Waiter Wait; // No memory to remember it by.
    while (R.walks() == Walks)
      Wait.pause();
  });
}

bool GracePeriods::allMovedOn() const {
  for (const Walker &W : Walkers)
    if (!STM_MUTATION(NoGrace) && W.Reader->walks() == W.Walks)
      return false;
  return true;
}

void GracePeriods::pass() {
  Passed = Closed;
  Closed = 0;
  while (UndoChunk *C = ClosedChunks) {
    ClosedChunks = C->NextRetired;
    noteReclaimedYoung(*C);
    STM_POISON(C->firstSegment(), UndoChunk::Bytes - sizeof(UndoChunk));
    C->NextRetired = FreeChunks;
    FreeChunks = C;
    ++FreeCount;
  }
}

void GracePeriods::advance() {
  if (!Closed && (OpenChunks || HasDropped))
    close();
  if (Closed && allMovedOn())
    pass();
}

void GracePeriods::finish() {
  for (int Periods = 0; Periods != 2; ++Periods) {
    if (!Closed)
      close();
    Waiter Wait;
    while (!allMovedOn())
      Wait.pause();
    pass();
  }
}

UndoChunk *GracePeriods::take() {
  UndoChunk *C = FreeChunks;
  if (C) {
    FreeChunks = C->NextRetired;
    --FreeCount;
  }
  return C;
}

void GracePeriods::trim(size_t Kept) {
  while (FreeCount > Kept)
    freeChunk(take());
}

} // namespace stm::rt
