//===- gc/statistics.cpp - what the collector has done --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/statistics.h"

#include "gc/deferred_frees.h"
#include "gc/young.h"
#include "mem/version_memory.h"
#include "report/ticks.h"
#include "stm/stm.h"
#include "version/snapshots.h"

#include <algorithm>

namespace stm::rt {

constinit GcStatistics GcStats;

void notePause(uint64_t Ticks) {
  unsigned Bucket =
      Ticks ? 64 - static_cast<unsigned>(__builtin_clzll(Ticks)) : 0;
  Bucket = std::min(Bucket, GcStatistics::PauseBuckets - 1);
  GcStats.Pauses[Bucket].fetch_add(1, std::memory_order_relaxed);
  GcStats.CollectionTicks.fetch_add(Ticks, std::memory_order_relaxed);
  GcStatistics::raise(GcStats.LongestPauseTicks, Ticks);
}

void addGcStatistics(stm_stats &Stats) {
  auto Get = [](const std::atomic<uint64_t> &Count) {
    return Count.load(std::memory_order_relaxed);
  };
  auto Nanoseconds = [](uint64_t Ticks) {
    return static_cast<uint64_t>(static_cast<double>(Ticks) *
                                 nanosecondsPerTick());
  };
  uint64_t LeftYoung = Get(GcStats.ReclaimedYoung);
  uint64_t Promoted = Get(GcStats.Promoted);
  Stats.versions_promoted = Promoted;
  // A promoted one leaves its chunk as well, but lives on.
  Stats.versions_reclaimed_young = LeftYoung - std::min(LeftYoung, Promoted);
  Stats.versions_reclaimed_old = Get(GcStats.ReclaimedOld);
  uint64_t Reclaimed =
      Stats.versions_reclaimed_young + Stats.versions_reclaimed_old;
  Stats.versions_live =
      Stats.versions_created - std::min(Stats.versions_created, Reclaimed);
  Stats.version_bytes = retiredChunks() * UndoChunk::Bytes + oldBytes();
  Stats.deferred_frees = Get(GcStats.DeferredFrees);
  Stats.deferred_free_bytes = deferredBytes();
  Stats.minor_collections = Get(GcStats.MinorCollections);
  Stats.major_collections = Get(GcStats.MajorCollections);
  Stats.collection_ns = Nanoseconds(Get(GcStats.CollectionTicks));
  Stats.longest_pause_ns = Nanoseconds(Get(GcStats.LongestPauseTicks));
  Stats.longest_chain = Get(GcStats.LongestChain);
  uint64_t Now = arch::ticks();
  uint64_t Since = Now;
  forEachReader([&](const SnapshotReader &R) {
    if (R.isActive())
      Since = std::min(Since, R.Since.load(std::memory_order_relaxed));
  });
  Stats.oldest_snapshot_age_ns = Nanoseconds(Now - Since);
}

} // namespace stm::rt
