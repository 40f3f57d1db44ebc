//===- gc/active.cpp - snapshots that a collection respects ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/active.h"

#include <algorithm>

namespace stm::rt {

/// How often a provisional slot is looked at; its thread has a few instructions
/// to go.
constexpr unsigned Patience = 1000;

bool ActiveSnapshots::scan() {
  List.clear();
  // Before the fence: a snapshot that isn't found is no older (snapshots.h,
  // invariant 2).
  Horizon = Clock.now();
  arch::fullFence();
  bool IsComplete = true;
  forEachReader([&](const SnapshotReader &R) {
    uint64_t Slot = R.slot();
    for (unsigned I = 0; SnapshotReader::isProvisional(Slot) && I != Patience;
         ++I) {
      arch::pause();
      Slot = R.slot();
    }
    if (!SnapshotReader::pins(Slot))
      return;
    // A provisional bound may be older than anything that is still there.
    if (SnapshotReader::isProvisional(Slot) || !List.push(Slot))
      IsComplete = false;
  });
  // What is newer than the horizon is kept in any case.
  List.truncate(std::remove_if(List.begin(), List.end(),
                               [&](Timestamp S) { return S >= Horizon; }));
  std::sort(List.begin(), List.end());
  List.truncate(std::unique(List.begin(), List.end()));
  return IsComplete;
}

size_t ActiveSnapshots::intervalOf(Timestamp Time) const {
  return static_cast<size_t>(std::lower_bound(List.begin(), List.end(), Time) -
                             List.begin());
}

} // namespace stm::rt
