//===- report/merge_test.cpp - several runs as one --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/merge.h"

#include "reports.h"

#include <gtest/gtest.h>

namespace stm::tool {

TEST(Merge, OneRunStaysAsItIs) {
  Report R = merge({report({conflict("a", 1, 10)})});
  EXPECT_EQ(R.Runs, 1u);
  EXPECT_EQ(R.Conflicts.size(), 1u);
}

TEST(Merge, SumsAreThoseOfAllRuns) {
  Report R = merge({report({conflict("a", 1, 10, 2)}, 1000),
                    report({conflict("b", 1, 30, 3)}, 500)});
  EXPECT_EQ(R.Runs, 2u);
  EXPECT_EQ(R.Sum.Commits, 200u);
  EXPECT_EQ(R.Sum.Aborts, 5u);
  EXPECT_EQ(R.Sum.Time.Lost, 40000000u);
  EXPECT_EQ(R.wallNs(), 1500000000u);
  ASSERT_EQ(R.Threads.size(), 2u);
  EXPECT_NE(R.Threads[0].Id, R.Threads[1].Id);
}

TEST(Merge, TheSameConflictOfTwoRunsIsOneAndRankedAnew) {
  Report R = merge({report({conflict("a", 1, 30), conflict("b", 1, 20, 4)}),
                    report({conflict("b", 1, 20, 5)})});
  ASSERT_EQ(R.Conflicts.size(), 2u);
  EXPECT_EQ(R.Conflicts[0].Victim.Block, "b");
  EXPECT_EQ(R.Conflicts[0].Count, 9u);
  EXPECT_EQ(R.Conflicts[0].LostNs, 40000000u);
}

TEST(Merge, WhatDiffersInAnythingTheReaderSeesStaysApart) {
  Conflict Base = conflict("a", 1, 10);
  std::vector<Conflict> Others(7, Base);
  Others[0].Kind = "validation";
  Others[1].Victim.Block = "b";
  Others[2].Victim.Frames[0].Line = 2;
  Others[3].Culprit.Frames[0].Line = 2;
  Others[4].Culprit.Block = "b";
  Others[5].What = Object();
  Others[5].What->Kind = "global";
  Others[5].What->Name = "x";
  Others[6].FalseSharing = true;
  Report R = merge({report({Base}), report(Others)});
  EXPECT_EQ(R.Conflicts.size(), 8u);
}

TEST(Merge, AColumnOrALibraryFrameMakesNoOther) {
  Conflict A = conflict("a", 1, 10), B = A;
  B.Victim.Frames[0].Column = 9;
  B.Victim.Frames.insert(B.Victim.Frames.begin(),
                         frame("std::f()", "/usr/include/f.h", 1));
  EXPECT_EQ(merge({report({A}), report({B})}).Conflicts.size(), 1u);
}

TEST(Merge, AnElementStandsForItsArrayAndABlockForItsAllocation) {
  auto Global = [](const char *Name) {
    Object O;
    O.Kind = "global";
    O.Name = Name;
    return objectKey(O);
  };
  EXPECT_EQ(Global("accounts[17].balance"), Global("accounts[3].balance"));
  EXPECT_NE(Global("accounts[17].balance"), Global("accounts[17].number"));
  EXPECT_EQ(Global("matrix[1][2]"), Global("matrix[0][0]"));
  EXPECT_EQ(Global("accounts+280"), Global("accounts+8"));
  EXPECT_NE(Global("accounts"), Global("counts"));
  Object A, B;
  A.Kind = B.Kind = "heap";
  A.Offset = 8;
  A.AllocatedAt = B.AllocatedAt = {frame("open()", "a.cpp", 3)};
  EXPECT_EQ(objectKey(A), objectKey(B));
  B.AllocatedAt[0].Line = 4;
  EXPECT_NE(objectKey(A), objectKey(B));
}

TEST(Merge, PercentilesAreTheGreatest) {
  Report A = report({}), B = report({});
  Block Of;
  Of.Name = "a";
  Of.Executions = 3;
  Of.Retries = {1, 5, 9};
  A.Blocks = {Of};
  Of.Retries = {2, 4, 30};
  B.Blocks = {Of};
  Report R = merge({A, B});
  ASSERT_EQ(R.Blocks.size(), 1u);
  EXPECT_EQ(R.Blocks[0].Executions, 6u);
  EXPECT_EQ(R.Blocks[0].Retries->P50, 2u);
  EXPECT_EQ(R.Blocks[0].Retries->P95, 5u);
  EXPECT_EQ(R.Blocks[0].Retries->Max, 30u);
}

TEST(Merge, AGainIsTheMeanByTheRunsTime) {
  Conflict C = conflict("a", 1, 10);
  C.PredictedGain = 0.4;
  Report Long = report({C}, 3000);
  // A run in which it doesn't happen has nothing to gain from its removal.
  Report R = merge({Long, report({}, 1000)});
  EXPECT_DOUBLE_EQ(*R.Conflicts[0].PredictedGain, 0.3);
}

TEST(Merge, SumsThatDoNotFitAreClamped) {
  Conflict C = conflict("a", 1, 10);
  C.LostNs = UINT64_MAX - 1;
  Report A = report({}), B = report({});
  A.Conflicts = B.Conflicts = {C};
  EXPECT_EQ(merge({A, B}).Conflicts[0].LostNs, UINT64_MAX);
}

TEST(Merge, DifferentProgramsAreBothNamed) {
  Report A = report({}), B = report({}), C = report({});
  B.Program = "shop";
  EXPECT_EQ(merge({A, B, C}).Program, "bank, shop");
}

} // namespace stm::tool
