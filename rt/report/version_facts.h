//===- report/version_facts.h - snapshots and versions, as facts *- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the report says of snapshots and superseded versions beyond the counters
// of the threads. The collector fills it in; here nobody knows how it works. No
// header of sanitizer_common is needed.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_VERSION_FACTS_H
#define STM_RT_REPORT_VERSION_FACTS_H

#include "stm/abi.h"

#include <cstdint>

namespace stm::rt {

/// A snapshot, while it runs or after.
struct SnapshotFact {
  stm_site Block;
  uint64_t Ticks;  ///< That it ran, or has run so far.
  uint32_t Thread; ///< The system's number of it.
  bool IsEnded;    ///< By memory_limit_mb, and hasn't found out yet.
};

/// The snapshots of one block that memory_limit_mb has ended.
struct EndedSnapshotsFact {
  stm_site Block;
  uint64_t Count;
  uint64_t MostBytes; ///< That were held when one was ended.
  uint32_t Thread;    ///< Of the newest.
};

/// How often pauses took less than 2^I ticks, and no less than half of that.
inline constexpr unsigned PauseBuckets = 64;

struct VersionFacts {
  // --- Numbers --------------------------------------------------------------
  uint64_t Promoted;
  uint64_t ReclaimedYoung; ///< Without those that live on as promoted ones.
  uint64_t ReclaimedOld;
  uint64_t YoungBytes; ///< Held now, in retired chunks.
  uint64_t OldBytes;
  uint64_t DeferredFrees; ///< So far.
  uint64_t DeferredBytes; ///< Now.
  uint64_t MinorCollections;
  uint64_t MajorCollections;
  uint64_t CollectionTicks;
  uint64_t LongestPauseTicks;
  uint64_t Pauses[PauseBuckets];
  uint64_t LongestChain;
  uint64_t Ended; ///< Snapshots, by memory_limit_mb.

  // --- What pins versions ---------------------------------------------------
  static constexpr unsigned MaxRunning = 5;
  SnapshotFact Running[MaxRunning]; ///< Oldest first.
  uint32_t RunningCount;            ///< Of all, also those that found no room.
  uint64_t OldestTicks;             ///< That the oldest has run; 0: none does.

  // --- What has pinned them -------------------------------------------------
  SnapshotFact Longest;      ///< Of those that have ended; Ticks 0: none has.
  uint64_t MostBytes;        ///< That versions have held at a time.
  SnapshotFact OldestAtMost; ///< The oldest snapshot then; Ticks 0: there was
                             ///< none.
  static constexpr unsigned MaxEnded = 8;
  EndedSnapshotsFact EndedBlocks[MaxEnded]; ///< Further ones are in Ended only.
  uint32_t EndedBlockCount;

  uint64_t heldBytes() const { return YoungBytes + OldBytes; }
  uint64_t reclaimed() const { return ReclaimedYoung + ReclaimedOld; }
};

/// Fills in \p Facts, which are all zero. Null in its place: there are no
/// snapshots.
using VersionFactsSource = void (*)(VersionFacts &Facts);

} // namespace stm::rt

#endif // STM_RT_REPORT_VERSION_FACTS_H
