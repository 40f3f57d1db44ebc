//===- version/snapshots.cpp - the list of readers, and the oldest --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version/snapshots.h"

#include <algorithm>

namespace stm::rt {

constinit VersioningWord Versioning;
constinit std::atomic<SnapshotReader *> Readers{nullptr};
constinit std::atomic<Timestamp> CollectorPin{NoPin};
constinit bool WalksNeedFence = true;

void addReader(SnapshotReader &Reader) {
  Reader.NextReader = Readers.load(std::memory_order_relaxed);
  Readers.store(&Reader, std::memory_order_release); // (13)
}

namespace {

template <class F> Timestamp oldestOf(F Counts) {
  // Before the fence (invariant 2): what isn't found is no older than this.
  Timestamp Oldest = Clock.now();
  arch::fullFence();
  forEachReader([&](const SnapshotReader &R) {
    uint64_t Slot = R.slot();
    if (STM_MUTATION(ProvisionalIgnored) && SnapshotReader::isProvisional(Slot))
      return;
    if (Counts(Slot))
      Oldest = std::min(Oldest, SnapshotReader::time(Slot));
  });
  return Oldest;
}

} // namespace

Timestamp oldestReader() {
  return oldestOf([](uint64_t Slot) { return Slot != SnapshotReader::None; });
}

Timestamp oldestSnapshot() {
  Timestamp Oldest = oldestOf(SnapshotReader::pins);
  if (STM_MUTATION(PinIgnored))
    return Oldest;
  // Last: a collector that found a snapshot which has ended meanwhile had its
  // pin up before that.
  return std::min(Oldest, CollectorPin.load(std::memory_order_seq_cst));
}

void initSnapshots(bool HasMembarrier) { WalksNeedFence = !HasMembarrier; }

void resetSnapshotsInChild() {
  forEachReader([](SnapshotReader &R) { R.resetInChild(); });
  Versioning.Word.store(0, std::memory_order_relaxed);
  CollectorPin.store(NoPin, std::memory_order_relaxed);
}

} // namespace stm::rt
