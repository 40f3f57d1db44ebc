//===- rt/report_sampling_test.cpp - what samples stand for ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/merge.h"

#include "base/options.h"
#include "report/ticks.h"

#include <gtest/gtest.h>

namespace stm::rt {
namespace {

TEST(Spread, SmallNumbersAreExact) {
  Spread S{};
  for (uint32_t I = 1; I <= 10; ++I)
    S.add(I);
  EXPECT_EQ(S.total(), 10u);
  EXPECT_EQ(S.percentile(50), 5u);
  EXPECT_EQ(S.percentile(95), 10u);
  EXPECT_EQ(S.max(), 10u);
}

TEST(Spread, LargeOnesAreUpToABucketsWidth) {
  for (uint32_t Value : {16u, 17u, 100u, 5000u, 1u << 20, 0xfffffffeu}) {
    Spread S{};
    S.add(Value);
    S.add(0xffffffffu);
    EXPECT_GE(S.percentile(50), Value);
    EXPECT_LE(S.percentile(50), Value + uint64_t{Value} / 2);
  }
}

TEST(Spread, ZerosNeedNotBeAdded) {
  Spread S{};
  S.add(7);
  EXPECT_EQ(S.percentile(95, 99), 0u);
  EXPECT_EQ(S.percentile(95, 3), 7u);
  EXPECT_EQ(S.max(), 7u);
}

ThreadFacts Facts;
void visitFacts(FactsVisitor Visit, void *Arg) { Visit(Facts, Arg); }

const stm_site Short = {"short", "bank.cpp", 12};
const stm_site Long = {"long", "bank.cpp", 40};

class Sampling : public testing::Test {
protected:
  static void SetUpTestSuite() {
    initOptions(nullptr);
    startTicks();
  }
  void SetUp() override { Facts.resetInChild(); }
  void TearDown() override { Facts.resetInChild(); }

  /// As a transaction does. Whether it was a sample.
  static bool run(const stm_site &Block, uint64_t Ticks) {
    bool IsSample = Facts.isSampleDue();
    Facts.Counts.Updates.bump();
    if (IsSample)
      recordExecution(Facts, {Block, true, 0, Ticks, 0, 5, 1, true});
    return IsSample;
  }
};

TEST_F(Sampling, ShortTransactionsAreRarelyLookedAt) {
  unsigned Samples = 0;
  for (int I = 0; I != 1000000; ++I)
    Samples += run(Short, 100);
  EXPECT_GT(Samples, 200u);
  EXPECT_LT(Samples, 2500u);
}

TEST_F(Sampling, LongOnesAreAllLookedAt) {
  unsigned Samples = 0;
  for (int I = 0; I != 1000; ++I)
    Samples += run(Long, 1000000);
  EXPECT_EQ(Samples, 1000u);
}

TEST_F(Sampling, SamplesStandForAllTransactionsOfTheirBlock) {
  constexpr uint64_t Times = 500000;
  for (uint64_t I = 0; I != Times; ++I) {
    run(Short, 300);
    run(Long, 900); // Alternating: at random, or only one would be seen.
  }
  MergedFacts Merged(visitFacts);
  auto TicksOf = [&](const stm_site &Block) {
    const BlockEntry *Entry = Merged.Blocks.find({Block});
    return Entry ? static_cast<double>(Entry->UsefulTicks) : 0;
  };
  auto Reading = static_cast<double>(ticksOfTwoReadings());
  EXPECT_NEAR(TicksOf(Short) / Times, 300 - Reading, 60);
  EXPECT_NEAR(TicksOf(Long) / Times, 900 - Reading, 180);
  const BlockEntry *Entry = Merged.Blocks.find({Short});
  ASSERT_NE(Entry, nullptr);
  EXPECT_NEAR(static_cast<double>(Entry->Executions), Times, Times / 5);
  EXPECT_EQ(Entry->Reads.max(), 5u);
}

TEST_F(Sampling, ASampleThatWasInevitableIsUsefulOnlyBefore) {
  Facts.Counts.Updates.bump();
  recordInevitable(Facts, "call to write", 1, Long, 700);
  recordExecution(Facts,
                  {Long, true, 0, 1000 + ticksOfTwoReadings(), 0, 0, 0, false});
  MergedFacts Merged(visitFacts);
  const BlockEntry *Entry = Merged.Blocks.find({Long});
  ASSERT_NE(Entry, nullptr);
  EXPECT_EQ(Entry->UsefulTicks, 300u);
  EXPECT_EQ(Entry->InevitableTicks, 700u);
}

TEST_F(Sampling, TheBucketsOfAThreadAddUpToItsTime) {
  CountValues Thread{};
  Thread.AttachedTicks = 1000;
  Thread.LostTicks = 300;
  Thread.WaitTicks = 100;
  Thread.UsefulTicks = 200;
  TimeBuckets Time = bucketsOf(Thread);
  EXPECT_EQ(Time.total(), 1000u);
  EXPECT_EQ(Time.Outside, 400u);
  // An estimate is no more than there can be.
  Thread.UsefulTicks = 2000;
  Time = bucketsOf(Thread);
  EXPECT_EQ(Time.total(), 1000u);
  EXPECT_EQ(Time.Useful, 600u);
}

} // namespace
} // namespace stm::rt
