//===- gc/statistics.cpp - what the collector has done --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/statistics.h"

#include "gc/deferred_frees.h"
#include "gc/history.h"
#include "gc/young.h"
#include "mem/version_memory.h"
#include "report/ticks.h"
#include "stm/stm.h"
#include "version/snapshots.h"

#include <algorithm>

namespace stm::rt {

constinit GcStatistics GcStats;

namespace {

uint64_t get(const std::atomic<uint64_t> &Count) {
  return Count.load(std::memory_order_relaxed);
}

/// In their order of age, as far as there is room.
void addRunning(VersionFacts &Facts, const SnapshotFact &Snapshot) {
  unsigned At = std::min(Facts.RunningCount, VersionFacts::MaxRunning);
  ++Facts.RunningCount;
  if (At == VersionFacts::MaxRunning) {
    --At;
    if (Facts.Running[At].Ticks >= Snapshot.Ticks)
      return;
  }
  for (; At && Facts.Running[At - 1].Ticks < Snapshot.Ticks; --At)
    Facts.Running[At] = Facts.Running[At - 1];
  Facts.Running[At] = Snapshot;
}

} // namespace

void notePause(uint64_t Ticks) {
  unsigned Bucket =
      Ticks ? 64 - static_cast<unsigned>(__builtin_clzll(Ticks)) : 0;
  Bucket = std::min(Bucket, PauseBuckets - 1);
  GcStats.Pauses[Bucket].fetch_add(1, std::memory_order_relaxed);
  GcStats.CollectionTicks.fetch_add(Ticks, std::memory_order_relaxed);
  GcStatistics::raise(GcStats.LongestPauseTicks, Ticks);
}

void getVersionFacts(VersionFacts &Facts) {
  uint64_t LeftYoung = get(GcStats.ReclaimedYoung);
  Facts.Promoted = get(GcStats.Promoted);
  // A promoted one leaves its chunk as well, but lives on.
  Facts.ReclaimedYoung = LeftYoung - std::min(LeftYoung, Facts.Promoted);
  Facts.ReclaimedOld = get(GcStats.ReclaimedOld);
  Facts.YoungBytes = retiredChunks() * UndoChunk::Bytes;
  Facts.OldBytes = oldBytes();
  Facts.DeferredFrees = get(GcStats.DeferredFrees);
  Facts.DeferredBytes = deferredBytes();
  Facts.MinorCollections = get(GcStats.MinorCollections);
  Facts.MajorCollections = get(GcStats.MajorCollections);
  Facts.CollectionTicks = get(GcStats.CollectionTicks);
  Facts.LongestPauseTicks = get(GcStats.LongestPauseTicks);
  for (unsigned I = 0; I != PauseBuckets; ++I)
    Facts.Pauses[I] = get(GcStats.Pauses[I]);
  Facts.LongestChain = get(GcStats.LongestChain);
  Facts.Ended = get(GcStats.Withdrawn);
  uint64_t Now = arch::ticks();
  forEachRunningSnapshot([&](const SnapshotReader &R, uint64_t Slot) {
    // It may have begun just now, on a processor whose ticks are a little
    // ahead.
    uint64_t Since = std::min(R.Since.load(std::memory_order_relaxed), Now);
    addRunning(Facts, {R.block(), Now - Since,
                       R.Thread.load(std::memory_order_relaxed),
                       !SnapshotReader::pins(Slot)});
  });
  Facts.OldestTicks = Facts.Running[0].Ticks;
  getHistory(Facts);
  // It is looked at when chunks are retired; the old generation has grown
  // since.
  Facts.MostBytes = std::max(Facts.MostBytes, Facts.heldBytes());
}

void addGcStatistics(stm_stats &Stats) {
  auto Nanoseconds = [](uint64_t Ticks) {
    return static_cast<uint64_t>(static_cast<double>(Ticks) *
                                 nanosecondsPerTick());
  };
  VersionFacts Facts{};
  getVersionFacts(Facts);
  Stats.versions_promoted = Facts.Promoted;
  Stats.versions_reclaimed_young = Facts.ReclaimedYoung;
  Stats.versions_reclaimed_old = Facts.ReclaimedOld;
  Stats.versions_live = Stats.versions_created -
                        std::min(Stats.versions_created, Facts.reclaimed());
  Stats.version_bytes = Facts.heldBytes();
  Stats.version_bytes_peak = Facts.MostBytes;
  Stats.deferred_frees = Facts.DeferredFrees;
  Stats.deferred_free_bytes = Facts.DeferredBytes;
  Stats.minor_collections = Facts.MinorCollections;
  Stats.major_collections = Facts.MajorCollections;
  Stats.collection_ns = Nanoseconds(Facts.CollectionTicks);
  Stats.longest_pause_ns = Nanoseconds(Facts.LongestPauseTicks);
  Stats.longest_chain = Facts.LongestChain;
  Stats.oldest_snapshot_age_ns = Nanoseconds(Facts.OldestTicks);
  Stats.longest_snapshot_ns = Nanoseconds(Facts.Longest.Ticks);
  Stats.snapshots_over_limit = Facts.Ended;
}

void resetGcStatisticsInChild() {
  for (std::atomic<uint64_t> *Count :
       {&GcStats.ReclaimedYoung, &GcStats.Promoted, &GcStats.ReclaimedOld,
        &GcStats.MinorCollections, &GcStats.MajorCollections,
        &GcStats.LongestChain, &GcStats.Withdrawn, &GcStats.CollectionTicks,
        &GcStats.DeferredFrees, &GcStats.LongestPauseTicks})
    Count->store(0, std::memory_order_relaxed);
  for (std::atomic<uint64_t> &Count : GcStats.Pauses)
    Count.store(0, std::memory_order_relaxed);
  resetHistoryInChild();
}

} // namespace stm::rt
