//===- report/block_sampler.cpp - which commits are looked at -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/block_sampler.h"

#include "base/options.h"
#include "report/ticks.h"

#include <algorithm>

namespace stm::rt {

namespace {

/// What a sample costs, in ticks: some 200 ns.
constexpr uint64_t SampleTicks = 600;
/// Its part of all time.
constexpr uint64_t OneIn = 200;
constexpr uint64_t OneInWhenAsked = 30;
constexpr uint64_t LongestPeriod = 4096;
/// Some 100 us, and so many times the average.
constexpr uint64_t ShortestInterruption = 400000;
constexpr uint64_t OftenAsLong = 50;

constexpr uint64_t Never = uint64_t{1} << 62;

uint64_t nextRandom(uint64_t &State) { // xorshift64 (Marsaglia 2003)
  if (!State)
    State = 0x9e3779b97f4a7c15u ^ arch::ticks();
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return State;
}

} // namespace

BlockSampler::Sample BlockSampler::take(uint64_t Ticks, uint64_t Updates,
                                        uint64_t ReadOnly) {
  Ticks -= std::min(Ticks, Held + ticksOfTwoReadings());
  Held = 0;
  uint64_t Commits = Updates + ReadOnly;
  // It may be that none is counted yet that this one has ended.
  uint64_t Weight = std::max<uint64_t>(Commits - CommitsBefore, 1);
  CommitsBefore = Commits;

  // A processor taken away meanwhile is no reason to think that so many others
  // took as long.
  if (Taken && Ticks > ShortestInterruption &&
      Ticks / OftenAsLong > AverageTicks) {
    uint64_t Together = Ticks + AverageTicks * (Weight - 1);
    Ticks = Together / Weight;
  }
  AverageTicks = Taken++ ? AverageTicks - AverageTicks / 8 + Ticks / 8 : Ticks;
  uint64_t Ratio = options().wantsDetails() ? OneInWhenAsked : OneIn;
  uint64_t Period = SampleTicks * Ratio / (AverageTicks + 1);
  if (options().Format == ReportFormat::Trace)
    Period = 1; // All that there is room for.
  if (isEarly())
    Period = std::min<uint64_t>(Period, 1);
  Period = std::min(Period, LongestPeriod);
  // From the next one on; on average as far away as the period.
  uint64_t Distance = Period < 2 ? 0 : nextRandom(Random) % (2 * Period - 1);
  if (options().Report == ReportMode::None)
    Distance = Never;
  CommitsDue = Commits + Distance;
  return {Ticks, Weight};
}

} // namespace stm::rt
