//===- gc/deferred_frees.h - frees that snapshots hold up -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a transaction frees, and what is freed plainly while a snapshot runs
// ("unlink in a block, delete after it"), goes back to its allocator when no
// snapshot is left that is older than the free.
//
// Thread safety: any thread. Deallocators run without any lock of ours: the
// program's may run transactions themselves.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_DEFERRED_FREES_H
#define STM_RT_GC_DEFERRED_FREES_H

#include "mem/allocation_log.h"
#include "version/clock.h"

namespace stm::rt {

/// Frees \p Block once every snapshot is at \p Time or newer. If there is no
/// memory to note it, it is never freed (and counted as lost).
void deferFree(const AllocatedBlock &Block, Timestamp Time);

/// Inside of releaseDeferredFrees, on this thread: what is freed now has
/// waited.
bool isReleasingDeferred();

bool hasDeferredFrees();
/// An estimate: of blocks whose size is known.
size_t deferredBytes();

/// Frees up to \p Most blocks that wait for snapshots older than \p Oldest, or
/// none. True: there are more of them. Outside of transactions.
bool releaseDeferredFrees(Timestamp Oldest, size_t Most);

/// Around fork.
void lockDeferredFreesForFork();
void unlockDeferredFreesAfterFork();

} // namespace stm::rt

#endif // STM_RT_GC_DEFERRED_FREES_H
