//===- gc/statistics.h - what the collector has done ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread safety: any thread, relaxed counters.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_STATISTICS_H
#define STM_RT_GC_STATISTICS_H

#include "report/version_facts.h"
#include "version/chunk.h"

#include <atomic>

struct stm_stats;

namespace stm::rt {

struct GcStatistics {
  std::atomic<uint64_t> ReclaimedYoung{0};
  std::atomic<uint64_t> Promoted{0};
  std::atomic<uint64_t> ReclaimedOld{0};
  std::atomic<uint64_t> MinorCollections{0};
  std::atomic<uint64_t> MajorCollections{0};
  std::atomic<uint64_t> LongestChain{0};
  std::atomic<uint64_t> Withdrawn{0};
  std::atomic<uint64_t> CollectionTicks{0};
  std::atomic<uint64_t> DeferredFrees{0};

  /// Pauses that collections caused.
  std::atomic<uint64_t> Pauses[PauseBuckets] = {};
  std::atomic<uint64_t> LongestPauseTicks{0};

  /// Somebody has gone over a long chain since the last slice: it pays to
  /// prune.
  std::atomic<bool> ChainsAreLong{false};
  static constexpr uint64_t LongChain = 256;

  void noteChain(uint64_t Length) {
    if (STM_UNLIKELY(Length > LongestChain.load(std::memory_order_relaxed)))
      raise(LongestChain, Length);
    if (STM_UNLIKELY(Length > LongChain))
      ChainsAreLong.store(true, std::memory_order_relaxed);
  }

  static void raise(std::atomic<uint64_t> &Most, uint64_t Value) {
    uint64_t Old = Most.load(std::memory_order_relaxed);
    while (Value > Old &&
           !Most.compare_exchange_weak(Old, Value, std::memory_order_relaxed)) {
    }
  }
};

extern STM_HIDDEN GcStatistics GcStats;

inline void noteReclaimedYoung(const UndoChunk &C) {
  GcStats.ReclaimedYoung.fetch_add(C.Versions, std::memory_order_relaxed);
}

void notePause(uint64_t Ticks);

/// For the report. \p Facts are all zero.
void getVersionFacts(VersionFacts &Facts);
/// The collector's part of what stm_get_stats gives; the counters are there.
void addGcStatistics(stm_stats &Stats);
/// In a fork's child: nothing has happened yet.
void resetGcStatisticsInChild();

/// The time from its construction to its end is a pause of this thread.
class PauseTimer {
public:
  PauseTimer() : Began(arch::ticks()) {}
  ~PauseTimer() { notePause(arch::ticks() - Began); }
  PauseTimer(const PauseTimer &) = delete;
  PauseTimer &operator=(const PauseTimer &) = delete;

private:
  uint64_t Began;
};

} // namespace stm::rt

#endif // STM_RT_GC_STATISTICS_H
