//===- check/opacity_mutation_test.cpp - the checker notices --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each rule of the protocol that opacity rests on is left out in turn
// (rt/base/test_point.h); random histories must show it within so many. Which
// of them does differs from run to run, so a row allows many times what it
// takes as a rule.
//
//===----------------------------------------------------------------------===//

#include "base/test_point.h"

#include <cstdio>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace stm::check {

namespace {

struct Row {
  const char *Mutation;
  const char *Kind; ///< Of random_histories_test.
  unsigned Most;    ///< Histories.
  /// Where threads dawdle in each of them. As a rule they need no such hint.
  rt::TestPoint At = rt::TestPoint::Count;
};

void PrintTo(const Row &R, std::ostream *Out) { *Out << R.Mutation; }

constexpr Row Rows[] = {
    {"ReadUnchecked", "Updates", 2000},
    {"ExtendUnvalidated", "Updates", 2000},
    {"CommitUnvalidated", "Updates", 2000},
    {"ClockNotAdvanced", "Updates", 2000},
    {"NotUndone", "Updates", 2000},
    {"RollbackKeepsTime", "Updates", 2000},
    {"ClockBeforeUndo", "Updates", 2000},
    {"WriteOverNewer", "Updates", 2000},
    {"NoQuiescence", "Blocks", 2000},
    {"FreesNotDeferred", "Collections", 2000},
    {"ExclusiveDoesNotWait", "Alone", 2000},
    {"BeginIgnoresExclusive", "Alone", 2000},
    {"InevitableUnvalidated", "Alone", 2000},
    {"EarlierReadsUnguarded", "Beside", 2000},
    {"GuardsIgnored", "Beside", 2000},
    {"GuardsTooLate", "Beside", 2000},
    {"NoLinkOnHandOver", "Snapshots", 2000},
    {"NoLinkOfLaterWrites", "Snapshots", 2000},
    {"CommittingLate", "Snapshots", 2000},
    {"PushesIgnored", "Snapshots", 2000},
    {"PruneNewest", "Collections", 20000},
    // These need three threads in the right order, or take thousands.
    {"ProvisionalIgnored", "Collections", 20000,
     rt::TestPoint::SnapshotBeforePublish},
    {"GuardsEndEarly", "Beside", 20000, rt::TestPoint::BesideBeforeClock},
    {"NoValidationAfterPush", "Snapshots", 20000,
     rt::TestPoint::CommitBeforePublish},
};

/// Whether and when versions' memory is used again. What goes wrong without
/// these rules needs more versions than a short history makes, or is no wrong
/// value: a snapshot that waits, a look at memory that was given up. Stepped
/// tests show it (test/rt/version_mutation_test.cpp).
constexpr const char *NotShownByHistories[] = {
    "MarkLinkedEarly",     "BoundIsTime",
    "PinIgnored",          "NoGrace",
    "PruneWholeStripes",   "PruneAcrossIntervals",
    "HorizonIgnored",      "PromotedBeyondHorizon",
    "WithdrawalUnnoticed", "WithdrawalUnpinned",
    "InevitableUnlinked",  "RetryIgnoresLocks",
    "RetryUnregistered",   "RetryIgnoresPeriods",
    "LoneStepNotAwaited",  "QuietUnlooked"};

class OpacityMutationTest : public ::testing::TestWithParam<Row> {};

TEST_P(OpacityMutationTest, IsNoticed) {
  const Row &R = GetParam();
  char Path[4096] = {};
  ASSERT_GT(readlink("/proc/self/exe", Path, sizeof(Path) - 1), 0);
  std::string Folder(Path);
  Folder.resize(Folder.rfind('/'));
  std::string Command = "ulimit -c 0; STM_TEST_MUTATION=";
  Command += R.Mutation;
  if (R.At != rt::TestPoint::Count)
    Command += " STM_TEST_DAWDLE_AT=" + std::to_string(static_cast<int>(R.At));
  Command += " STM_TEST_HISTORIES=" + std::to_string(R.Most) + " exec '" +
             Folder + "/random_histories_test' '--gtest_filter=*/" + R.Kind +
             "' 2>&1";
  FILE *Out = popen(Command.c_str(), "r");
  ASSERT_TRUE(Out);
  std::string Said;
  char Buffer[4096];
  while (size_t Bytes = fread(Buffer, 1, sizeof(Buffer), Out))
    Said.append(Buffer, Bytes);
  EXPECT_NE(pclose(Out), 0);
  // It is the checker that must have noticed, not a crash.
  size_t At = Said.find("STM_TEST_SEED=");
  ASSERT_NE(At, std::string::npos) << Said;
  size_t End = Said.find("the history:", At);
  printf("without the rule, %s: %s", R.Mutation,
         Said.substr(At, End - At).c_str());
}

INSTANTIATE_TEST_SUITE_P(Without, OpacityMutationTest,
                         ::testing::ValuesIn(Rows), [](const auto &Info) {
                           return std::string(Info.param.Mutation);
                         });

TEST(OpacityMutationsTest, EachIsShownOrSaidNotToBe) {
  auto Count = [](const char *Name) {
    int Times = 0;
    for (const Row &R : Rows)
      Times += !strcmp(R.Mutation, Name);
    for (const char *Other : NotShownByHistories)
      Times += !strcmp(Other, Name);
    return Times;
  };
#define STM_MUTATION_IS_KNOWN(M) EXPECT_EQ(Count(#M), 1) << #M;
  STM_MUTATIONS(STM_MUTATION_IS_KNOWN)
#undef STM_MUTATION_IS_KNOWN
}

} // namespace

} // namespace stm::check
