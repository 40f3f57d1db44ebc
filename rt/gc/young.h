//===- gc/young.h - retired chunks of undo logs -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Minor collection: see gc/README.md. A chunk is retired when it holds versions
// and no running attempt has records in it; it is taken again, whole, once no
// snapshot can get to any of its records.
//
// Thread safety: the owner retires and takes; anybody trims. A lock of each
// list that only the slow paths take.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_YOUNG_H
#define STM_RT_GC_YOUNG_H

#include "base/spin_lock.h"
#include "version/chunk.h"

namespace stm::rt {

/// Versions and deferred frees take more than memory_limit_mb.
bool isOverMemoryLimit();

class RetiredChunks {
public:
  /// A chunk to write into: one whose versions are nobody's any more, else a
  /// fresh one. Null if memory ran out.
  UndoChunk *takeChunk();
  /// Of the owner, whose orecs are all released (version/README.md, invariant
  /// 3).
  void retire(UndoChunk *C);
  /// A chunk without versions.
  void giveBack(UndoChunk *C);

  /// Frees chunks that are nobody's, at most \p Most of them, and keeps \p
  /// Kept. Returns how many it freed.
  size_t trim(Timestamp Oldest, size_t Kept, size_t Most);

  /// The collector's: takes the oldest retired chunk off the list, null if
  /// there is none, or if its owner has retired it after \p Horizon; and puts
  /// one back at the end.
  UndoChunk *takeForPromotion(Timestamp Horizon);
  void putBack(UndoChunk *C);

  size_t count() const { return Count.load(std::memory_order_relaxed); }
  /// More is pinned than gc_promote_after_kb allows.
  bool isOverBudget() const { return count() > budget(); }
  bool isFarOverBudget() const { return count() > budget() + budget() / 2; }
  /// Versions come faster than they can be promoted beside.
  bool isCrowded() const { return count() > 2 * (budget() + 1); }
  /// Whether the collector has something to do for this list, or for
  /// memory_limit_mb. True at most once after each chunk that was retired.
  bool isCollectionDue() {
    if (STM_LIKELY(!HasRetired))
      return false;
    HasRetired = false;
    return isOverBudget() || isOverMemoryLimit();
  }
  /// In a fork's child, for a thread that is not there.
  void abandon();

  RetiredChunks *NextList = nullptr; ///< Of all threads' lists.

private:
  static size_t budget();
  UndoChunk *popOlderThan(Timestamp Oldest);
  void append(UndoChunk *C);

  SpinLock Lock;
  UndoChunk *First = nullptr; ///< The one retired first.
  UndoChunk *Last = nullptr;
  std::atomic<size_t> Count{0};
  UndoChunk *Spare = nullptr; ///< Owner only. Holds no versions.
  bool HasRetired = false;    ///< Owner only.
};

/// In all lists together.
size_t retiredChunks();
/// What versions hold: those, and the old generation.
uint64_t versionBytes();

/// Puts \p List on the list of all, for ever. Callers exclude each other.
void addRetiredChunks(RetiredChunks &List);
/// Calls \p Visit(RetiredChunks &) for each list that ever was.
extern STM_HIDDEN std::atomic<RetiredChunks *> AllRetired;
template <class F> void forEachRetired(F Visit) {
  for (RetiredChunks *L = AllRetired.load(std::memory_order_acquire); L;
       L = L->NextList) // (13) as for descriptors.
    Visit(*L);
}

} // namespace stm::rt

#endif // STM_RT_GC_YOUNG_H
