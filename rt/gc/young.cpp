//===- gc/young.cpp - retired chunks of undo logs -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/young.h"

#include "base/options.h"
#include "base/test_point.h"
#include "gc/collector.h"
#include "gc/history.h"
#include "gc/statistics.h"
#include "mem/version_memory.h"
#include "version/snapshots.h"

#include <mutex>

namespace stm::rt {

constinit std::atomic<RetiredChunks *> AllRetired{nullptr};

void addRetiredChunks(RetiredChunks &List) {
  List.NextList = AllRetired.load(std::memory_order_relaxed);
  AllRetired.store(&List, std::memory_order_release); // (13)
}

namespace {

constinit std::atomic<size_t> AllRetiredCount{0};

size_t keptWhenTrimmed() {
  return static_cast<size_t>(options().GcYoungKb) * 1024 / UndoChunk::Bytes;
}

/// Chunks freed at one go besides the one that is taken.
constexpr size_t TrimmedPerChunk = 4;

} // namespace

size_t retiredChunks() {
  return AllRetiredCount.load(std::memory_order_relaxed);
}

uint64_t versionBytes() {
  return retiredChunks() * UndoChunk::Bytes + oldBytes();
}

UndoChunk *RetiredChunks::popOlderThan(Timestamp Oldest) {
  UndoChunk *C = First;
  if (!C || C->Bound >= Oldest)
    return nullptr;
  First = C->NextRetired;
  if (!First)
    Last = nullptr;
  Count.store(count() - 1, std::memory_order_relaxed);
  AllRetiredCount.fetch_sub(1, std::memory_order_relaxed);
  return C;
}

void RetiredChunks::append(UndoChunk *C) {
  C->NextRetired = nullptr;
  (Last ? Last->NextRetired : First) = C;
  Last = C;
  Count.store(count() + 1, std::memory_order_relaxed);
  AllRetiredCount.fetch_add(1, std::memory_order_relaxed);
}

UndoChunk *RetiredChunks::takeChunk() {
  if (UndoChunk *C = Spare) {
    Spare = nullptr;
    return C;
  }
  PauseTimer Pause;
  if (count() != 0) {
    GcStats.MinorCollections.fetch_add(1, std::memory_order_relaxed);
    Timestamp Oldest = oldestSnapshot();
    STM_TEST_POINT(RecycleBeforeTake);
    UndoChunk *C;
    {
      std::lock_guard Guard(Lock);
      C = popOlderThan(Oldest);
    }
    if (C) {
      noteReclaimedYoung(*C);
      STM_POISON(C->firstSegment(), UndoChunk::Bytes - sizeof(UndoChunk));
      if (count() > keptWhenTrimmed())
        trim(Oldest, keptWhenTrimmed(), TrimmedPerChunk);
      return C;
    }
    if (UndoChunk *Promoted = takePromotedChunk())
      return Promoted;
  }
  return allocateChunk();
}

size_t RetiredChunks::budget() {
  auto Kb = static_cast<size_t>(options().GcPromoteAfterKb);
  // Versions of a few hot stripes hold up readers long before they hold up
  // memory.
  if (GcStats.ChainsAreLong.load(std::memory_order_relaxed))
    Kb /= 8;
  return Kb * 1024 / UndoChunk::Bytes;
}

void RetiredChunks::retire(UndoChunk *C) {
  STM_TEST_POINT(RetireBeforeBound);
  // (23) The fence: the releases of the orecs that the chunk has records of
  // come before the clock is read. Whoever reads a later clock sees them.
  arch::fullFence();
  C->Bound =
      STM_MUTATION(BoundIsTime) ? C->newestTimeForTesting() : Clock.now();
  checkClock(C->Bound);
  HasRetired = true;
  {
    std::lock_guard Guard(Lock);
    append(C);
  }
  noteVersionBytes(versionBytes());
}

void RetiredChunks::giveBack(UndoChunk *C) {
  if (!Spare)
    Spare = C;
  else
    freeChunk(C);
}

size_t RetiredChunks::trim(Timestamp Oldest, size_t Kept, size_t Most) {
  size_t Freed = 0;
  while (Freed != Most && count() > Kept) {
    UndoChunk *C;
    {
      std::lock_guard Guard(Lock);
      C = popOlderThan(Oldest);
    }
    if (!C)
      break;
    noteReclaimedYoung(*C);
    freeChunk(C);
    ++Freed;
  }
  return Freed;
}

UndoChunk *RetiredChunks::takeForPromotion(Timestamp Horizon) {
  std::lock_guard Guard(Lock);
  return popOlderThan(STM_MUTATION(PromotedBeyondHorizon) ? NoPin
                                                          : Horizon + 1);
}

void RetiredChunks::putBack(UndoChunk *C) {
  std::lock_guard Guard(Lock);
  append(C);
}

void RetiredChunks::abandon() {
  Lock.unlock();
  First = Last = Spare = nullptr;
  AllRetiredCount.fetch_sub(count(), std::memory_order_relaxed);
  Count.store(0, std::memory_order_relaxed);
}

} // namespace stm::rt
