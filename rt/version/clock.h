//===- version/clock.h - the global version clock ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One counter, advanced by every update commit and every rollback that had
// locked something (fetch-and-add: at one thread T = S + 1 then proves that
// nobody else has committed, and validation is skipped).
//
// Thread safety: any thread. Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_CLOCK_H
#define STM_RT_VERSION_CLOCK_H

#include "base/check.h"

#include <atomic>

namespace stm::rt {

/// 61 bits, for that is what a status cell has room for: at 10^9 commits a
/// second, more than processors can do to one counter, they last for 73 years.
/// It isn't counted round. Close to their end the process ends, with a message,
/// where a snapshot begins or versions are retired (checkClock).
using Timestamp = uint64_t;

/// While a snapshot runs every commit makes versions: each thread retires a
/// chunk, and so comes to a look at the clock, after 2^11 commits at most. So a
/// million threads don't get from here to 2^61. Without snapshots and versions
/// nothing is stored beside a time but the lock's bit in an orec: then there
/// are 63 bits, for 292 years.
inline constexpr Timestamp LastTimestamp =
    (Timestamp{1} << 61) - (Timestamp{1} << 31);

class VersionClock {
public:
  /// (7) acquire: pairs with (6); whoever had taken a timestamp up to the one
  /// returned is seen with its locks.
  Timestamp now() const { return Now.load(std::memory_order_acquire); }

  /// A timestamp that nobody else has, newer than all before.
  /// (6) seq_cst: the in-place stores and locks before it are visible to
  /// whoever reads this timestamp or a later one (7).
  Timestamp advance() {
    return Now.fetch_add(1, std::memory_order_seq_cst) + 1;
  }

  /// The same in a lone step (tx/lone.h). Release: as (6).
  Timestamp advanceAlone() {
    Timestamp Time = Now.load(std::memory_order_relaxed) + 1;
    Now.store(Time, std::memory_order_release);
    return Time;
  }

  /// As if so many had committed. While no transaction runs.
  void setForTesting(Timestamp Time) { Now.store(Time); }

private:
  alignas(CacheLine) std::atomic<Timestamp> Now{0};
  [[maybe_unused]] char Padding[CacheLine - sizeof(Now)] = {};
};

extern STM_HIDDEN VersionClock Clock;

/// Where a time is about to be kept for snapshots, off the fast paths.
inline void checkClock(Timestamp Now) {
  if (STM_UNLIKELY(Now > LastTimestamp))
    reportClockAtItsEnd();
}

} // namespace stm::rt

#endif // STM_RT_VERSION_CLOCK_H
