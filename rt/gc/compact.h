//===- gc/compact.h - pruning the chain of one orec -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_COMPACT_H
#define STM_RT_GC_COMPACT_H

#include "gc/old_generation.h"

namespace stm::rt {

enum class Compaction {
  Done, ///< Off the chain, or copied: every young record up to the horizon.
  Busy, ///< Somebody has locked the orec.
  OutOfMemory,
};

/// While the collector has \p O locked, for a snapshot that has to walk there:
/// a pause like others that collections cause.
void awaitCompaction(const Orec &O);

/// Prunes the chain of an orec, see gc/README.md. Scratch lists are kept
/// between calls. The collector's own.
class ChainCompactor {
public:
  explicit constexpr ChainCompactor(OldGeneration &Old) : Old(Old) {}

  /// \p Grace: the grace period for old records that are dropped.
  Compaction compact(uint32_t Index, const ActiveSnapshots &Active,
                     uint64_t Grace);

private:
  struct Entry {
    UndoRecord *Record;
    Timestamp Time;
    bool Kept;
    OldRecord *Copy;
  };
  /// What older records of the same interval cover of a stripe.
  struct Cover {
    uintptr_t Stripe;
    uint32_t Bytes;
  };

  bool readChain(uint32_t Index, Timestamp Oldest);
  bool chooseKept(const ActiveSnapshots &Active);
  bool copyKept(Timestamp Horizon);
  void relink(uint32_t Index, uint64_t Grace);
  Cover *coverOf(uintptr_t Stripe);

  OldGeneration &Old;
  LogVector<Entry> Chain; ///< Newest first.
  LogVector<Cover> Covers;
};

} // namespace stm::rt

#endif // STM_RT_GC_COMPACT_H
