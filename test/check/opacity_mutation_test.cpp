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

#include "../sibling_program.h"

#include <cstdio>
#include <cstring>
#include <gtest/gtest.h>
#include <string>

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
    {"UnlockedBeforeUndo", "Mutexes", 2000},
    {"ReadsOlderThanLock", "Mutexes", 20000},
    {"NoLinkOnHandOver", "Snapshots", 2000},
    {"NoLinkOfLaterWrites", "Snapshots", 2000},
    {"PastStripeUnchecked", "Snapshots", 2000},
    {"WalksTooFar", "Snapshots", 2000},
    {"CommittingLate", "Snapshots", 2000},
    {"PushesIgnored", "Snapshots", 2000},
    {"PruneNewest", "Collections", 20000},
    // These need three threads in the right order, or take thousands.
    {"ProvisionalIgnored", "Collections", 20000,
     rt::TestPoint::SnapshotBeforePublish},
    {"UnlockedBeforeCommit", "Mutexes", 20000,
     rt::TestPoint::ValidateBeforeWord},
    {"GuardsEndEarly", "Beside", 20000, rt::TestPoint::BesideBeforeClock},
    {"NoValidationAfterPush", "Snapshots", 20000,
     rt::TestPoint::CommitBeforePublish},
};

/// Whether and when versions' memory is used again. What goes wrong without
/// these rules needs more versions than a short history makes, or is no wrong
/// value: a snapshot that waits, a look at memory that was given up. Stepped
/// tests show it (test/rt/version_mutation_test.cpp), or, where it takes a
/// memory that is late with stores, test/weak.
constexpr const char *NotShownByHistories[] = {"MarkLinkedEarly",
                                               "BoundIsTime",
                                               "PinIgnored",
                                               "NoGrace",
                                               "PruneWholeStripes",
                                               "PruneAcrossIntervals",
                                               "HorizonIgnored",
                                               "PushedForEver",
                                               "NotForwarded",
                                               "CompactedAnew",
                                               "RelinkedAnyway",
                                               "SweptWhatIsRead",
                                               "PromotedBeyondHorizon",
                                               "WithdrawalUnnoticed",
                                               "WithdrawalUnpinned",
                                               "InevitableUnlinked",
                                               "RetryIgnoresLocks",
                                               "RetryUnregistered",
                                               "RetryIgnoresPeriods",
                                               "LoneStepNotAwaited",
                                               "QuietUnlooked",
                                               "QuiescenceForgotten",
                                               "SettledUnlooked",
                                               "Unstamped",
                                               "StampedLocked",
                                               "StampedBesideSnapshots",
                                               "StampedBesideUnchecked",
                                               "UncheckedUnvalidated",
                                               "RetryTrustsStamps",
                                               "ToldUnsettled",
                                               "LateFreesEarly",
                                               "VouchedUnlooked",
                                               "VouchedWithoutReads",
                                               "VouchedForSnapshots",
                                               "NotedLate",
                                               "NotedSlowly",
                                               "NeverFenced",
                                               "MissedByAlone",
                                               "DeferredForgotten"};

/// What all orders of steps of two threads and two cells show, whatever the
/// luck. (CommittingLate and PushesIgnored need a third change of threads.)
constexpr const char *TwoThreads = "*AllOfTwoThreadsAndTwoCells*";
constexpr const char *OneWaits = "*OneOfWhichWaits*";
struct ScheduleRow {
  const char *Mutation;
  const char *Filter = TwoThreads;
};
void PrintTo(const ScheduleRow &R, std::ostream *Out) { *Out << R.Mutation; }
constexpr ScheduleRow ShownBySchedules[] = {
    {"ReadUnchecked"},
    {"ExtendUnvalidated"},
    {"CommitUnvalidated"},
    {"ClockNotAdvanced"},
    {"NotUndone"},
    {"RollbackKeepsTime"},
    {"ClockBeforeUndo"},
    {"ExclusiveDoesNotWait"},
    {"BeginIgnoresExclusive"},
    {"InevitableUnvalidated"},
    {"EarlierReadsUnguarded"},
    {"GuardsIgnored"},
    {"GuardsTooLate"},
    {"GuardsEndEarly"},
    {"NoLinkOnHandOver"},
    {"NoLinkOfLaterWrites"},
    {"RetryIgnoresLocks", OneWaits},
    {"RetryUnregistered", OneWaits},
    {"RetryIgnoresPeriods", OneWaits},
};

class OpacityMutationTest : public ::testing::TestWithParam<Row> {};

TEST_P(OpacityMutationTest, IsNoticed) {
  const Row &R = GetParam();
  std::string Variables = std::string("STM_TEST_MUTATION=") + R.Mutation +
                          " STM_TEST_HISTORIES=" + std::to_string(R.Most);
  if (R.At != rt::TestPoint::Count)
    Variables +=
        " STM_TEST_DAWDLE_AT=" + std::to_string(static_cast<int>(R.At));
  bool Fails = false;
  std::string Said =
      runSibling(Variables, "random_histories_test",
                 std::string("'--gtest_filter=*/") + R.Kind + "'", Fails);
  EXPECT_TRUE(Fails);
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  // Which is there first, where memory is freed early.
  if (Said.find("Sanitizer: heap-use-after-free") != std::string::npos)
    return;
#endif
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

class ScheduleMutationTest : public ::testing::TestWithParam<ScheduleRow> {};

TEST_P(ScheduleMutationTest, IsNoticedAndCanBeRepeated) {
  auto Run = [](const std::string &Variables, bool &Fails) {
    return runSibling(Variables, "schedules_test",
                      std::string("'--gtest_filter=") + GetParam().Filter + "'",
                      Fails);
  };
  std::string Mutation =
      std::string("STM_TEST_MUTATION=") + GetParam().Mutation;
  bool Fails = false;
  std::string Said = Run(Mutation, Fails);
  EXPECT_TRUE(Fails);
  size_t At = Said.find("STM_TEST_SEED=");
  ASSERT_NE(At, std::string::npos) << Said;
  std::string Script = Said.substr(At, Said.find(": ", At) - At);
  std::string Again = Run(Mutation + " " + Script, Fails);
  EXPECT_TRUE(Fails) << Script;
  EXPECT_NE(Again.find(Script), std::string::npos) << Again;
  printf("without the rule, %s: %s\n", GetParam().Mutation, Script.c_str());
}

INSTANTIATE_TEST_SUITE_P(Without, ScheduleMutationTest,
                         ::testing::ValuesIn(ShownBySchedules),
                         [](const auto &Info) {
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
