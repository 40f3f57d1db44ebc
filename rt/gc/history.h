//===- gc/history.h - what has pinned versions so far -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the report: the snapshot that ran longest, the most that versions held
// and for whom, and which snapshots memory_limit_mb has ended. What is newly
// the most is rare, so all but a comparison is off the fast path.
//
// Thread safety: any thread. One lock, which whoever has nothing but a record
// to lose gives up after a while: its holder may be the same thread,
// interrupted by a signal.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_HISTORY_H
#define STM_RT_GC_HISTORY_H

#include "version/snapshots.h"

namespace stm::rt {

struct VersionFacts;

extern STM_HIDDEN std::atomic<uint64_t> LongestSnapshotTicks;
extern STM_HIDDEN std::atomic<uint64_t> MostVersionBytes;

STM_SLOW_PATH void noteLongestSnapshot(const SnapshotReader &Reader,
                                       uint64_t Ticks);
/// By its owner, after the end of its snapshot.
inline void noteSnapshotEnd(const SnapshotReader &Reader) {
  uint64_t Ticks = arch::ticks() - Reader.Since.load(std::memory_order_relaxed);
  if (STM_UNLIKELY(Ticks >
                   LongestSnapshotTicks.load(std::memory_order_relaxed)))
    noteLongestSnapshot(Reader, Ticks);
}

STM_SLOW_PATH void noteMostVersionBytes(uint64_t Bytes);
/// Versions hold \p Bytes now.
inline void noteVersionBytes(uint64_t Bytes) {
  if (Bytes > MostVersionBytes.load(std::memory_order_relaxed))
    noteMostVersionBytes(Bytes);
}

/// memory_limit_mb has ended the snapshot that \p Block and \p Thread say,
/// when \p Bytes were held.
void noteEndedSnapshot(const stm_site &Block, uint32_t Thread, uint64_t Bytes);

void getHistory(VersionFacts &Facts);
/// In a fork's child: nothing has happened yet.
void resetHistoryInChild();

} // namespace stm::rt

#endif // STM_RT_GC_HISTORY_H
