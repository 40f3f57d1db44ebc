//===- gc/active.h - snapshots that a collection respects -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_ACTIVE_H
#define STM_RT_GC_ACTIVE_H

#include "mem/log_memory.h"
#include "version/snapshots.h"

namespace stm::rt {

/// The published snapshots, oldest first, as the collector found them. Others
/// publish meanwhile, but none older than the horizon. The collector's own.
class ActiveSnapshots {
public:
  /// False: there was no memory for the list, or a thread stopped half-way
  /// through its begin: nothing can be said of its snapshot yet.
  bool scan();

  Timestamp horizon() const { return Horizon; }
  /// Versions with times up to it are nobody's.
  Timestamp oldest() const { return List.empty() ? Horizon : *List.begin(); }
  /// How many are older than \p Time: which of the intervals between snapshots
  /// it is in. \p Time is at most the horizon.
  size_t intervalOf(Timestamp Time) const;

private:
  LogVector<Timestamp> List;
  Timestamp Horizon = 0;
};

} // namespace stm::rt

#endif // STM_RT_GC_ACTIVE_H
