//===- rt/count_log_test.cpp - references that a transaction takes --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/count_log.h"

#include <gtest/gtest.h>
#include <vector>

using namespace stm::rt;

namespace {

struct Dropped {
  void *Object;
  uint32_t Uses, Weaks;
  bool operator==(const Dropped &) const = default;
};

std::vector<Dropped> All;
CountLog *UsedMeanwhile = nullptr;
unsigned Depth = 0, DeepestDepth = 0;

void note(void *Object, uint32_t Uses, uint32_t Weaks) {
  DeepestDepth = std::max(DeepestDepth, ++Depth);
  All.push_back({Object, Uses, Weaks});
  // Objects that hold each other, a list of them: each drops the next one in a
  // transaction of its own.
  if (UsedMeanwhile && All.size() < 1000) {
    UsedMeanwhile->row(static_cast<char *>(Object) + 16, note)->Use.release();
    UsedMeanwhile->settle(/*Committed=*/true);
  }
  --Depth;
}

class CountLogTest : public ::testing::Test {
protected:
  void SetUp() override {
    All.clear();
    UsedMeanwhile = nullptr;
    Depth = DeepestDepth = 0;
  }
  CountRow &row(unsigned Which) { return *Log.row(object(Which), note); }
  static void *object(unsigned Which) { return Objects + Which * 16; }
  /// As a reference that is counted now.
  static void take(CountChange &Change) {
    if (!Change.takeOver())
      ++Change.Added;
  }

  static char Objects[16 * 2000];
  CountLog Log;
};
char CountLogTest::Objects[16 * 2000];

TEST_F(CountLogTest, TakenReferencesAreDroppedByAnAbortOnly) {
  take(row(0).Use);
  take(row(0).Use);
  take(row(1).Weak);
  Log.settle(/*Committed=*/true);
  EXPECT_TRUE(All.empty());
  take(row(0).Use);
  take(row(0).Use);
  take(row(1).Weak);
  Log.settle(/*Committed=*/false);
  EXPECT_EQ(All, (std::vector<Dropped>{{object(0), 2, 0}, {object(1), 0, 1}}));
}

TEST_F(CountLogTest, ReleasedReferencesAreDroppedByACommitOnly) {
  row(0).Use.release();
  Log.settle(/*Committed=*/false);
  EXPECT_TRUE(All.empty());
  row(0).Use.release();
  row(0).Weak.release();
  Log.settle(/*Committed=*/true);
  EXPECT_EQ(All, (std::vector<Dropped>{{object(0), 1, 1}}));
}

TEST_F(CountLogTest, ATemporaryCopyIsCountedOnceAndDroppedInAnyCase) {
  for (bool Committed : {false, true}) {
    All.clear();
    unsigned Counted = 0;
    for (int I = 0; I < 100; ++I) {
      if (!row(0).Use.takeOver()) {
        ++row(0).Use.Added;
        ++Counted;
      }
      row(0).Use.release();
    }
    EXPECT_EQ(Counted, 1u);
    EXPECT_EQ(row(0).Use.pending(), 1u);
    Log.settle(Committed);
    EXPECT_EQ(All, (std::vector<Dropped>{{object(0), 1, 0}}));
  }
}

TEST_F(CountLogTest, AReferenceGivenUpIsTakenBackWithoutTouchingTheCount) {
  row(0).Use.release();
  EXPECT_TRUE(row(0).Use.takeOver());
  EXPECT_FALSE(row(0).Use.takeOver());
  Log.settle(/*Committed=*/true);
  EXPECT_TRUE(All.empty());
}

TEST_F(CountLogTest, NewObjectsAreLeftAlone) {
  for (bool Committed : {false, true}) {
    uint64_t Counts = 0;
    row(0).NewCounts = &Counts;
    take(row(0).Use);
    row(0).Weak.release();
    Log.settle(Committed);
    EXPECT_TRUE(All.empty());
  }
}

TEST_F(CountLogTest, WhatIsUndoneToAMarkIsOwedOrAsItWas) {
  for (bool Committed : {false, true}) {
    All.clear();
    row(0).Use.release(); // Given up before: a commit drops it.
    take(row(1).Use);     // Taken before: an abort drops it.
    CountLog::Mark Here;
    ASSERT_TRUE(Log.mark(Here));
    take(row(0).Use); // Takes the one that was given up.
    row(1).Use.release();
    take(row(1).Weak); // Counted by now: owed.
    take(row(2).Use);
    row(3).Use.release();
    Log.undoTo(Here);
    Log.release(Here);
    Log.settle(Committed);
    std::vector<Dropped> Expected;
    if (Committed)
      Expected = {{object(0), 1, 0}, {object(1), 0, 1}, {object(2), 1, 0}};
    else
      Expected = {{object(1), 1, 1}, {object(2), 1, 0}};
    EXPECT_EQ(All, Expected);
  }
}

TEST_F(CountLogTest, CountsOfNewObjectsAreRestoredToAMark) {
  uint64_t Counts = 5;
  row(0).NewCounts = &Counts;
  CountLog::Mark Outer, Inner;
  ASSERT_TRUE(Log.mark(Outer));
  Counts = 6;
  ASSERT_TRUE(Log.mark(Inner));
  Counts = 7;
  Log.undoTo(Inner);
  Log.release(Inner);
  EXPECT_EQ(Counts, 6u);
  Log.undoTo(Outer);
  Log.release(Outer);
  EXPECT_EQ(Counts, 5u);
  Log.settle(/*Committed=*/true);
  EXPECT_TRUE(All.empty());
}

TEST_F(CountLogTest, ManyObjectsAreFoundAgain) {
  for (unsigned Round = 0; Round < 3; ++Round)
    for (unsigned I = 0; I < 2000; ++I)
      row(I).Use.release();
  for (unsigned I = 0; I < 2000; ++I)
    EXPECT_EQ(Log.find(object(I))->Use.Released, 3u);
  EXPECT_EQ(Log.find(this), nullptr);
  Log.settle(/*Committed=*/true);
  EXPECT_EQ(All.size(), 2000u);
  EXPECT_TRUE(Log.empty());
  EXPECT_EQ(Log.find(object(1)), nullptr);
}

TEST_F(CountLogTest, AListOfObjectsNeedsNoStack) {
  UsedMeanwhile = &Log;
  row(0).Use.release();
  Log.settle(/*Committed=*/true);
  EXPECT_EQ(All.size(), 1000u);
  EXPECT_EQ(All.back().Object, object(999));
  EXPECT_EQ(DeepestDepth, 1u);
}

TEST_F(CountLogTest, WithoutMemoryThereIsNoRowAndNothingIsLost) {
  for (unsigned I = 0; I < 8; ++I)
    row(I).Use.release();
  failLogMemoryAfterForTesting(0);
  EXPECT_EQ(Log.row(object(8), note), nullptr); // The index.
  failLogMemoryAfterForTesting(-1);
  EXPECT_EQ(Log.find(object(8)), nullptr);
  EXPECT_EQ(Log.find(object(7))->Use.Released, 1u);
  EXPECT_NE(Log.row(object(8), note), nullptr);
}

} // namespace
