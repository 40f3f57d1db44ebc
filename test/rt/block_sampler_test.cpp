//===- rt/block_sampler_test.cpp - which commits are looked at --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/block_sampler.h"

#include "report/ticks.h"

#include <gtest/gtest.h>
#include <vector>

using namespace stm::rt;

namespace {

/// A block of a loop that runs its blocks in their order.
struct LoopBlock {
  bool OnlyReads;
  uint64_t Ticks;
  uint64_t Executions = 0; ///< By the samples.
};

/// Runs the loop \p Rounds times as threads do: what is asked is asked on a
/// slow path, which the fast one is left for when the sampler wants it. Returns
/// how many have left it.
uint64_t run(std::vector<LoopBlock> &Loop, uint64_t Rounds) {
  BlockSampler S;
  uint64_t Updates = 0, ReadOnly = 0, Slow = 0;
  bool IsUnusual = true;
  for (uint64_t I = 0; I != Rounds * Loop.size(); ++I) {
    LoopBlock &B = Loop[I % Loop.size()];
    bool IsSample = IsUnusual && S.isDue(Updates, ReadOnly);
    if (IsUnusual && !IsSample)
      S.setWake(Updates, ReadOnly);
    Slow += IsUnusual;
    uint64_t &Count = B.OnlyReads ? ReadOnly : Updates;
    ++Count;
    IsUnusual = IsSample || (B.OnlyReads ? S.wakesForReadOnly(ReadOnly)
                                         : S.wakesForUpdate(Updates));
    if (IsSample)
      B.Executions +=
          S.take(B.Ticks + ticksOfTwoReadings(), Updates, ReadOnly).Weight;
  }
  return Slow;
}

void expectAllSeen(std::vector<LoopBlock> Loop) {
  constexpr uint64_t Rounds = 100000;
  run(Loop, Rounds);
  for (const LoopBlock &B : Loop) {
    EXPECT_GT(B.Executions, Rounds / 5 * 4) << B.Ticks;
    EXPECT_LT(B.Executions, Rounds / 4 * 5) << B.Ticks;
  }
}

TEST(BlockSamplerTest, WhatComesAfterABlockThatOnlyReadsIsSeen) {
  expectAllSeen({{false, 900}, {true, 200}, {false, 14700}, {false, 280}});
}

TEST(BlockSamplerTest, WhatComesAfterAnUpdateIsSeen) {
  expectAllSeen({{true, 900}, {false, 200}, {true, 14700}, {true, 280}});
}

TEST(BlockSamplerTest, BlocksThatAlternateAreSeen) {
  expectAllSeen({{false, 500}, {true, 5000}});
}

TEST(BlockSamplerTest, ShortOnesSeldomLeaveTheFastPath) {
  std::vector<LoopBlock> Loop = {{false, 100}, {true, 100}};
  constexpr uint64_t Rounds = 1000000;
  EXPECT_LT(run(Loop, Rounds), 2 * Rounds / 50);
}

} // namespace
