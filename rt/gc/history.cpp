//===- gc/history.cpp - what has pinned versions so far -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/history.h"

#include "gc/statistics.h"
#include "report/version_facts.h"

#include <algorithm>
#include <cstring>

namespace stm::rt {

constinit std::atomic<uint64_t> LongestSnapshotTicks{0};
constinit std::atomic<uint64_t> MostVersionBytes{0};

namespace {

struct History {
  std::atomic<bool> Held{false};

  // Under the lock.
  SnapshotFact Longest{};
  uint64_t MostBytes = 0;
  SnapshotFact OldestAtMost{};
  EndedSnapshotsFact Ended[VersionFacts::MaxEnded] = {};
  unsigned EndedCount = 0;

  /// Calls \p F with the lock, or not at all.
  template <class F> void locked(F Function) {
    constexpr unsigned Patience = 10000;
    for (unsigned I = 0; I != Patience; ++I) {
      // Acquire: pairs with the release below; what the last holder wrote is
      // seen.
      if (!Held.exchange(true, std::memory_order_acquire)) {
        Function();
        Held.store(false, std::memory_order_release);
        return;
      }
      arch::pause();
    }
  }
};

constinit History TheHistory;

bool sameText(const char *A, const char *B) {
  return A == B || (A && B && strcmp(A, B) == 0);
}

bool sameBlock(const stm_site &A, const stm_site &B) {
  return A.line == B.line && sameText(A.name, B.name) &&
         sameText(A.file, B.file);
}

SnapshotFact factOf(const SnapshotReader &R, uint64_t Ticks) {
  return {R.block(), Ticks, R.Thread.load(std::memory_order_relaxed), false};
}

} // namespace

void noteLongestSnapshot(const SnapshotReader &Reader, uint64_t Ticks) {
  GcStatistics::raise(LongestSnapshotTicks, Ticks);
  TheHistory.locked([&] {
    if (Ticks > TheHistory.Longest.Ticks)
      TheHistory.Longest = factOf(Reader, Ticks);
  });
}

void noteMostVersionBytes(uint64_t Bytes) {
  GcStatistics::raise(MostVersionBytes, Bytes);
  SnapshotFact Oldest{};
  uint64_t Now = arch::ticks();
  forEachRunningSnapshot([&](const SnapshotReader &R, uint64_t Slot) {
    if (!SnapshotReader::pins(Slot))
      return;
    uint64_t Since = R.Since.load(std::memory_order_relaxed);
    if (Since < Now && Now - Since > Oldest.Ticks)
      Oldest = factOf(R, Now - Since);
  });
  TheHistory.locked([&] {
    if (Bytes <= TheHistory.MostBytes)
      return;
    TheHistory.MostBytes = Bytes;
    TheHistory.OldestAtMost = Oldest;
  });
}

void noteEndedSnapshot(const stm_site &Block, uint32_t Thread, uint64_t Bytes) {
  TheHistory.locked([&] {
    EndedSnapshotsFact *End = TheHistory.Ended + TheHistory.EndedCount;
    EndedSnapshotsFact *Found =
        std::find_if(TheHistory.Ended, End, [&](const EndedSnapshotsFact &E) {
          return sameBlock(E.Block, Block);
        });
    if (Found == End) {
      if (TheHistory.EndedCount == VersionFacts::MaxEnded)
        return;
      ++TheHistory.EndedCount;
      *Found = {Block, 0, 0, 0};
    }
    ++Found->Count;
    Found->MostBytes = std::max(Found->MostBytes, Bytes);
    Found->Thread = Thread;
  });
}

void getHistory(VersionFacts &Facts) {
  TheHistory.locked([&] {
    Facts.Longest = TheHistory.Longest;
    Facts.OldestAtMost = TheHistory.OldestAtMost;
    std::copy_n(TheHistory.Ended, VersionFacts::MaxEnded, Facts.EndedBlocks);
    Facts.EndedBlockCount = TheHistory.EndedCount;
  });
  Facts.MostBytes = MostVersionBytes.load(std::memory_order_relaxed);
}

void resetHistoryInChild() {
  LongestSnapshotTicks.store(0, std::memory_order_relaxed);
  MostVersionBytes.store(0, std::memory_order_relaxed);
  TheHistory.Longest = {};
  TheHistory.MostBytes = 0;
  TheHistory.OldestAtMost = {};
  TheHistory.EndedCount = 0;
  TheHistory.Held.store(false, std::memory_order_relaxed);
}

} // namespace stm::rt
