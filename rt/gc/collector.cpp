//===- gc/collector.cpp - promotion, grace, major collections -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/collector.h"

#include "base/check.h"
#include "base/options.h"
#include "base/spin_lock.h"
#include "base/test_point.h"
#include "gc/compact.h"
#include "gc/deferred_frees.h"
#include "gc/grace.h"
#include "gc/history.h"
#include "gc/statistics.h"
#include "mem/version_memory.h"

#include <mutex>
#include <optional>

namespace stm::rt {

namespace {

// How long a slice may get.
constexpr size_t ChunksPerSlice = 1;       // Two where that doesn't keep up.
constexpr size_t OldRecordsPerSlice = 256; // And two for each copy.
constexpr size_t FreesPerSlice = 64;
constexpr size_t TrimmedPerSlice = 8;
constexpr unsigned SlicesAfterSnapshot = 16;
/// How often a locked orec is looked at again.
constexpr unsigned BusyRetries = 64;

class Collector {
public:
  constexpr Collector() : Compactor(Old) {}

  /// What a slice looks into chains under: nobody's chunks are recycled, and
  /// every commit links, so that a chain is whole down to each snapshot that
  /// scan() has found, also if that has ended meanwhile.
  class Looking {
  public:
    Looking() {
      CollectorPin.store(0, std::memory_order_seq_cst);
      Versioning.Word.fetch_add(VersioningWord::OneLook,
                                std::memory_order_seq_cst); // (16)
      arch::fenceAfterRmw();
    }
    ~Looking() {
      Versioning.Word.fetch_sub(VersioningWord::OneLook,
                                std::memory_order_release);
      CollectorPin.store(NoPin, std::memory_order_release);
    }
    Looking(const Looking &) = delete;
    Looking &operator=(const Looking &) = delete;
  };

  /// While Looking. False: it has to be put off.
  bool startSlice() {
    bool IsComplete = Active.scan();
    STM_TEST_POINT(CollectorScanned);
    return IsComplete;
  }

  /// Up to \p Most chunks of \p List.
  void promote(RetiredChunks &List, size_t Most);
  /// Up to \p Most old records. True: a major collection has come to its end,
  /// or none is wanted.
  bool sweep(size_t Most);

  /// Records copied to the old generation since the last call.
  uint64_t takeCopied() {
    uint64_t Before = CopiedBefore;
    CopiedBefore = GcStats.Promoted.load(std::memory_order_relaxed);
    return CopiedBefore - Before;
  }

#if STM_TEST_POINTS
  SpinLock Lock; // Who waits for it reaches test points.
#else
  std::mutex Lock;
#endif
  OldGeneration Old;
  ChainCompactor Compactor;
  ActiveSnapshots Active;
  GracePeriods Grace;
  /// What collectAfterSnapshot looks at without the lock.
  std::atomic<Timestamp> NewestOld{0};

private:
  /// Unless every young record of the orec up to \p Time is off its chain
  /// already.
  Compaction compactUpTo(uint32_t Index, Timestamp Time);
  Compaction compact(uint32_t Index);
  bool promoteChunk(UndoChunk *C);

  uint32_t Sweep = 0; ///< Number of the one under way, or of the last.
  uint64_t CopiedBefore = 0;
};

constinit Collector TheCollector;

/// For each orec the horizon of its last compaction: a stripe has records in
/// many chunks, and is compacted for all of those that are retired at once. 8
/// MiB of zeroes that the system provides as they are touched.
Timestamp CompactedUpTo[OrecCount];
/// And the sweep that it was in or came after. (The clock doesn't tell: that a
/// snapshot has ended doesn't advance it.)
uint32_t CompactedIn[OrecCount];

Compaction Collector::compactUpTo(uint32_t Index, Timestamp Time) {
  return CompactedUpTo[Index] >= Time ? Compaction::Done : compact(Index);
}

Compaction Collector::compact(uint32_t Index) {
  Compaction Result = Compactor.compact(Index, Active, Grace.open());
  for (unsigned I = 0; Result == Compaction::Busy && I != BusyRetries; ++I) {
    arch::pause();
    Result = Compactor.compact(Index, Active, Grace.open());
  }
  if (Result == Compaction::Done) {
    CompactedUpTo[Index] = Active.horizon();
    CompactedIn[Index] = Sweep;
  }
  return Result;
}

bool Collector::promoteChunk(UndoChunk *C) {
  auto *Base = reinterpret_cast<char *>(C);
  char *At = C->PromotedBytes ? Base + C->PromotedBytes
                              : reinterpret_cast<char *>(C->firstSegment());
  while (At != C->End) {
    auto *Segment = reinterpret_cast<UndoSegment *>(At);
    bool Done = true;
    forEachRecordBackwards(
        Segment->records(), Segment->End, [&](UndoRecord &R) {
          Done = Done && compactUpTo(R.orec(), C->Bound) == Compaction::Done;
        });
    if (!Done)
      return false;
    At = Segment->End;
    C->PromotedBytes = static_cast<uint32_t>(At - Base);
  }
  return true;
}

void Collector::promote(RetiredChunks &List, size_t Most) {
  for (size_t I = 0; I != Most; ++I) {
    UndoChunk *C = List.takeForPromotion(Active.horizon());
    if (!C)
      break; // What is retired meanwhile has records that stay on chains.
    STM_DCHECK(C->Bound <= Active.horizon());
    // A chunk that is done in parts goes on where it stopped: what was
    // compacted is off the chains for good.
    if (!promoteChunk(C)) {
      List.putBack(C);
      continue;
    }
    STM_TEST_POINT(PromotedBeforeLimbo);
    Grace.add(C);
  }
  NewestOld.store(Old.newestTime(), std::memory_order_relaxed);
}

bool Collector::sweep(size_t Most) {
  if (!Old.isUnderWay())
    return true;
  if (!Old.isSweeping())
    ++Sweep;
  bool AtEnd = Old.sweep(Most, Active, Grace.passed(), Grace.open(),
                         [&](uint32_t Index) {
                           if (CompactedIn[Index] != Sweep)
                             compact(Index);
                         });
  if (Old.droppedCount())
    Grace.addDropped();
  if (!AtEnd)
    return false;
  GcStats.MajorCollections.fetch_add(1, std::memory_order_relaxed);
  // What this one has dropped is freed by the next.
  if (Old.droppedCount())
    Old.request();
  return true;
}

size_t keptChunks() {
  return static_cast<size_t>(options().GcYoungKb) * 1024 / UndoChunk::Bytes;
}

uint64_t limitedBytes() { return versionBytes() + deferredBytes(); }

/// Ends the oldest snapshot. With the collector's lock.
void withdrawOldest() {
  STM_TEST_POINT(BeforeWithdrawal);
  SnapshotReader *Oldest = nullptr;
  Timestamp OldestTime = Clock.now();
  forEachReader([&](SnapshotReader &R) {
    uint64_t Slot = R.slot();
    if (SnapshotReader::pins(Slot) && !SnapshotReader::isProvisional(Slot) &&
        Slot < OldestTime) {
      Oldest = &R;
      OldestTime = Slot;
    }
  });
  if (!Oldest)
    return;
  stm_site Block = Oldest->block();
  // Whoever recycles chunks doesn't find it from here on: the pin stands in for
  // it until its walk is over.
  std::optional<Collector::Looking> Pin;
  if (!STM_MUTATION(WithdrawalUnpinned))
    Pin.emplace();
  if (!Oldest->withdraw(OldestTime))
    return;
  STM_TEST_POINT(Withdrawn);
  GcStats.Withdrawn.fetch_add(1, std::memory_order_relaxed);
  noteEndedSnapshot(Block, Oldest->Thread.load(std::memory_order_relaxed),
                    limitedBytes());
  // Walks that began before are still served; later ones see it.
  TheCollector.Grace.finish();
}

/// All there is to promote and to sweep. With the collector's lock. Twice: what
/// the first round drops is freed by the second, after its grace.
void collectAll() {
  for (int Round = 0; Round != 2; ++Round) {
    {
      Collector::Looking Look;
      if (!TheCollector.startSlice())
        return;
      forEachRetired(
          [](RetiredChunks &L) { TheCollector.promote(L, L.count()); });
      // One that is under way has gone by the snapshots of before.
      if (TheCollector.Old.isSweeping())
        TheCollector.sweep(~size_t{0});
      TheCollector.Old.request();
      while (!TheCollector.sweep(~size_t{0})) {
      }
    }
    TheCollector.Grace.finish();
  }
  TheCollector.Grace.trim(0);
}

void trimAll() {
  Timestamp Oldest = oldestSnapshot();
  forEachRetired([&](RetiredChunks &L) { L.trim(Oldest, 0, ~size_t{0}); });
}

/// A snapshot has ended that old records may have been kept for.
constinit std::atomic<bool> MajorWanted{false};

/// One slice of everything, with the collector's lock. True: more is to be done
/// that need not wait for the end of a snapshot.
bool slice() {
  bool More = false;
  if (MajorWanted.exchange(false, std::memory_order_relaxed))
    TheCollector.Old.request();
  Timestamp Oldest = oldestSnapshot();
  forEachRetired([&](RetiredChunks &L) {
    More |= L.trim(Oldest, keptChunks(), TrimmedPerSlice) == TrimmedPerSlice;
  });
  {
    Collector::Looking Look;
    if (!TheCollector.startSlice())
      return true;
    if (options().Gc)
      forEachRetired([](RetiredChunks &L) {
        if (L.isOverBudget())
          TheCollector.promote(L, L.isFarOverBudget() ? 2 * ChunksPerSlice
                                                      : ChunksPerSlice);
      });
    // Until no list is over the small budget that goes with long chains;
    // whoever still goes over a long one then says so again.
    bool Over = false;
    forEachRetired([&](const RetiredChunks &L) { Over |= L.isOverBudget(); });
    if (!Over)
      GcStats.ChainsAreLong.store(false, std::memory_order_relaxed);
    // Twice as fast as copies come, so that a collection gets to its end.
    uint64_t Copied = TheCollector.takeCopied();
    More |= !TheCollector.sweep(OldRecordsPerSlice + 2 * Copied);
  }
  More |= TheCollector.Old.isUnderWay();
  TheCollector.Grace.advance();
  TheCollector.Grace.trim(keptChunks());
  if (STM_UNLIKELY(isOverMemoryLimit())) {
    trimAll();
    collectAll();
    if (isOverMemoryLimit()) {
      withdrawOldest();
      More = true;
    }
  }
  return More;
}

bool isAnyCrowded() {
  bool Any = false;
  forEachRetired([&](const RetiredChunks &L) { Any |= L.isCrowded(); });
  return Any;
}

/// Slices, at most \p Most, until nothing is left. True: something is. Nothing
/// happens if somebody else collects, who goes on to whatever there is.
bool slices(unsigned Most, bool &Collected) {
  bool More = true;
  for (unsigned I = 0; More && I != Most; ++I) {
    std::unique_lock Guard(TheCollector.Lock, std::defer_lock);
    std::optional<PauseTimer> Pause;
    if (isAnyCrowded()) {
      Pause.emplace();
      Guard.lock();
    } else {
      if (!Guard.try_lock())
        return More;
      Pause.emplace();
    }
    Collected = true;
    More = slice();
    Guard.unlock();
    More |= releaseDeferredFrees(oldestReader(), FreesPerSlice);
  }
  return More;
}

} // namespace

bool isOverMemoryLimit() {
  auto Limit = static_cast<uint64_t>(options().MemoryLimitMb) << 20;
  return Limit && limitedBytes() > Limit;
}

UndoChunk *takePromotedChunk() {
  std::unique_lock Guard(TheCollector.Lock, std::try_to_lock);
  return Guard ? TheCollector.Grace.take() : nullptr;
}

void collectSlice() {
  // Before the look at who is active: who ends after that raises it again.
  Versioning.Word.fetch_and(~VersioningWord::WorkIsLeft,
                            std::memory_order_seq_cst);
  bool Collected = false;
  if (slices(1, Collected) && Collected)
    Versioning.leaveWork();
}

void collectAfterSnapshot(Timestamp S) {
  bool OldMayBeFree =
      S < TheCollector.NewestOld.load(std::memory_order_relaxed);
  bool WasLast = !Versioning.hasSnapshots() && retiredChunks() > keptChunks();
  if (!OldMayBeFree && !WasLast && !hasDeferredFrees())
    return;
  if (OldMayBeFree)
    MajorWanted.store(true, std::memory_order_relaxed);
  bool Collected = false;
  if (slices(SlicesAfterSnapshot, Collected))
    Versioning.leaveWork();
}

void collectNow(bool Major) {
  {
    std::lock_guard Guard(TheCollector.Lock);
    GcStats.MinorCollections.fetch_add(1, std::memory_order_relaxed);
    trimAll();
    if (Major)
      collectAll();
  }
  while (releaseDeferredFrees(oldestReader(), FreesPerSlice)) {
  }
  if (Major)
    purgeVersionMemory();
}

void lockCollectorForFork() {
  TheCollector.Lock.lock();
  lockDeferredFreesForFork();
}
void unlockCollectorInParent() {
  unlockDeferredFreesAfterFork();
  TheCollector.Lock.unlock();
}
void resetCollectorInChild() {
  resetSnapshotsInChild();
  resetGcStatisticsInChild();
  TheCollector.Grace.forgetWalkers();
  unlockDeferredFreesAfterFork();
  TheCollector.Lock.unlock();
}

} // namespace stm::rt
