//===- gc/collector.h - promotion, grace, major collections -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See gc/README.md. One thread collects at a time; whoever finds the collector
// busy goes on without (it allocates).
//
// Thread safety: any thread.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_COLLECTOR_H
#define STM_RT_GC_COLLECTOR_H

#include "gc/young.h"

namespace stm::rt {

/// A chunk that was promoted and whose grace period is over; null: there is
/// none at hand.
UndoChunk *takePromotedChunk();

/// Outside of transactions, where the thread has nothing locked. A slice of
/// bounded length: promotes chunks of lists that are over their budget, goes on
/// with a major collection, frees what may be freed, and, if versions take more
/// than memory_limit_mb, ends the oldest snapshot. What it doesn't get to is
/// left to the commits that follow.
STM_SLOW_PATH void collectSlice();

/// The same after the end of a snapshot at \p S, for what it alone has pinned.
void collectAfterSnapshot(Timestamp S);

/// See stm_collect.
void collectNow(bool Major);

/// Around fork.
void lockCollectorForFork();
void unlockCollectorInParent();
void resetCollectorInChild();

} // namespace stm::rt

#endif // STM_RT_GC_COLLECTOR_H
