//===- report/block_sampler.h - which commits are looked at -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two readings of the clock cost as much as a short transaction does, so a
// thread times some of its transactions, and each stands for all since the one
// before. How rare they are follows from how long they are: what a sample costs
// (SampleTicks) is to be a two-hundredth of the time between two of them. The
// distance varies at random, or it would keep step with a program whose blocks
// alternate.
//
// A transaction is a sample if the number of commits has reached where it is
// due. They are counted by kind, and the fast path compares one of the two
// counts only, the one it raises. So it leaves that path once one kind alone
// has made half of the commits that are left until then (wake), and again after
// half of the rest. What is due by either count would be what comes after a
// commit of the more frequent kind, and never what comes after the other one.
//
// Not thread-safe: the owner of a descriptor has one. All zero: every next
// commit is one.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_BLOCK_SAMPLER_H
#define STM_RT_REPORT_BLOCK_SAMPLER_H

#include "base/port.h"

#include <cstdint>

namespace stm::rt {

class BlockSampler {
public:
  bool isDue(uint64_t Updates, uint64_t ReadOnly) const {
    return HasReports && Updates + ReadOnly >= CommitsDue;
  }
  /// Whether to ask isDue before the next one.
  bool wakesForUpdate(uint64_t Updates) const {
    return HasReports && Updates >= UpdatesToWake;
  }
  bool wakesForReadOnly(uint64_t ReadOnly) const {
    return HasReports && ReadOnly >= ReadOnlyToWake;
  }
  /// The next one isn't due.
  void setWake(uint64_t Updates, uint64_t ReadOnly) {
    uint64_t Half = (CommitsDue - (Updates + ReadOnly) + 1) / 2;
    UpdatesToWake = Updates + Half;
    ReadOnlyToWake = ReadOnly + Half;
  }

  /// A thread's first ones, which are looked at in full.
  bool isEarly() const { return Taken < FirstSamples; }
  uint64_t taken() const { return Taken; }
  /// Ticks of a transaction.
  uint64_t average() const { return AverageTicks; }

  /// The transaction that is about to commit was inevitable for \p Ticks.
  void noteHeld(uint64_t Ticks) { Held = Ticks; }

  struct Sample {
    uint64_t Ticks;  ///< Useful ones.
    uint64_t Weight; ///< So many commits.
  };
  /// One of \p Ticks has committed.
  Sample take(uint64_t Ticks, uint64_t Updates, uint64_t ReadOnly);

private:
  /// So many at a thread's begin are taken whatever they cost: most threads of
  /// short programs run no more.
  static constexpr uint64_t FirstSamples = 64;
  uint64_t UpdatesToWake = 0;
  uint64_t ReadOnlyToWake = 0;
  uint64_t CommitsDue = 0;
  uint64_t CommitsBefore = 0; ///< At the last sample.
  uint64_t Taken = 0;
  uint64_t AverageTicks = 0; ///< Of the newest dozen or so.
  uint64_t Held = 0;
  uint64_t Random = 0;
};

} // namespace stm::rt

#endif // STM_RT_REPORT_BLOCK_SAMPLER_H
