//===- rt/version_mutation_test.cpp - the tests notice --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each rule of the protocol that the checked build can leave out
// (rt/base/test_point.h) has a test that notices. These run it, with the rule
// and without.
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "../sibling_program.h"

#include <string>

namespace stm::rt::testing {

namespace {

struct Row {
  const char *Mutation;
  const char *Program;
  const char *Test;
};

/// What ctest shows beside the test's name.
void PrintTo(const Row &R, std::ostream *Out) { *Out << R.Test; }

constexpr Row Rows[] = {
    {"NoLinkOnHandOver", "handover",
     "WhatWasWrittenBeforeTheSnapshotIsLinkedAtTheCommit"},
    {"NoLinkOfLaterWrites", "commit",
     "LaterWritesOfALockedStripeAreLinkedBeforeTheirStores"},
    {"PastStripeUnchecked", "past_stripe",
     "AWordThatIsWrittenAfterTheWalkIsAsBefore"},
    {"WalksTooFar", "commit", "AWalkStopsAtWhatWasThereAsOfItsSnapshot"},
    {"MarkLinkedEarly", "commit", "ReadersWaitForALockWhoseHeadIsNotSet"},
    {"CommittingLate", "commit", "AReaderPushesOneThatHasTakenItsTime"},
    {"PushesIgnored", "commit", "AReaderPushesOneThatHasTakenItsTime"},
    {"NoValidationAfterPush", "commit", "APushedOneValidatesAgain"},
    {"PushedForEver", "commit", "AfterFourPushesReadersWait"},
    {"NotForwarded", "layout", "AllOfACommitHasItsTimeAtOnce"},
    {"ClockBeforeUndo", "commit", "ARollbackHasNoTimeBeforeItsUndo"},
    {"BoundIsTime", "reclaim",
     "AChunkIsNotRecycledWhileAReaderOfItsLockMayLookAtTheHead"},
    {"ProvisionalIgnored", "reclaim",
     "ASnapshotThatIsNotPublishedYetPinsVersions"},
    {"PinIgnored", "reclaim",
     "NoChunkIsRecycledWhileACollectorLooksIntoChains"},
    {"NoGrace", "reclaim", "APromotedChunkIsKeptUntilWalksUnderWayHaveEnded"},
    {"PruneNewest", "reclaim",
     "PruningKeepsTheOldestOfEachIntervalForEachByte"},
    {"PruneWholeStripes", "reclaim",
     "PruningKeepsTheOldestOfEachIntervalForEachByte"},
    {"PruneAcrossIntervals", "reclaim",
     "PruningKeepsTheOldestOfEachIntervalForEachByte"},
    {"HorizonIgnored", "reclaim", "WhatASnapshotAfterTheScanNeedsIsNotPruned"},
    {"CompactedAnew", "reclaim", "ACompactedStripeIsNoNewerThanBefore"},
    {"RelinkedAnyway", "reclaim", "NoneIsLinkedWithoutMemoryForAllCopies"},
    {"SweptWhatIsRead", "reclaim", "AMajorCollectionDropsWhatNobodyReadsOnly"},
    {"PromotedBeyondHorizon", "reclaim",
     "AChunkThatIsRetiredAfterTheScanIsNotPromoted"},
    {"WithdrawalUnnoticed", "withdraw",
     "OneThatIsWithdrawnDoesNotLookIntoChains"},
    {"WithdrawalUnpinned", "withdraw", "AWalkThatIsUnderWayIsServedToItsEnd"},
    {"FreesNotDeferred", "memory",
     "ABlockThatATransactionFreesOutlivesTheSnapshotsThatMayReadIt"},
    {"DeferredForgotten", "memory",
     "ABlockThatIsDeferredJustAsTheLastSnapshotEndsIsFreedByTheNextUpdate"},
    {"RetryIgnoresLocks", "retry", "AWriterThatHasLookedStillHoldsTheLock"},
    {"RetryUnregistered", "retry", "AChangeAfterItHasLookedWakes"},
    {"RetryIgnoresPeriods", "retry", "WhatRanAloneBeforeItLookedIsNoticed"},
    {"InevitableUnlinked", "life",
     "OneThatBecomesInevitableLinksWhatSnapshotsWouldWaitFor"},
    {"GuardsIgnored", "guards", "AWriterThatHasJustLockedGivesWay"},
    {"GuardsEndEarly", "guards", "WhoOverwritesWhatItHasReadCommitsLater"},
    {"GuardsTooLate", "guards", "AValueFromBeforeTheGuardIsLoadedAgain"},
    {"LoneStepNotAwaited", "lone", "ASecondThreadWaitsForTheLoneOnesStep"},
    {"QuietUnlooked", "quiet", "WhoFindsAnOlderAttemptLeavesNoNote"},
    {"QuiescenceForgotten", "lazy", "WhoAwaitsItWaits"},
    {"SettledUnlooked", "settled", "OfWhatAnOlderOneHasLockedWaits"},
    {"Unstamped", "settled", "WhoIsOlderDoesNotSeeWhatIsStored"},
    {"StampedLocked", "settled", "WhatAnOlderOneHasLockedWaits"},
    {"StampedBesideSnapshots", "settled", "BesideSnapshotsItWaits"},
    {"StampedBesideUnchecked", "settled", "WhoLooksAtNoStripesIsWaitedFor"},
    {"UncheckedUnvalidated", "settled", "WhoIsAboutToLookAtNoneMustBeCurrent"},
    {"RetryTrustsStamps", "retry", "AStampWithItsRollbacksTimeHidesNoChange"},
    {"ToldUnsettled", "lazy", "WhoCallsWhatTellsOthersWaits"},
    {"LateFreesEarly", "lazy", "WhoFreesALittleLeavesTheWaitToo"},
    {"VouchedUnlooked", "vouch", "WhoHasReadWhatChangesIsNot"},
    {"VouchedWithoutReads", "vouch", "WhoRetriesHasStillReadWhatItHasRead"},
    {"VouchedForSnapshots", "vouch", "NorIsASnapshotThatMayBecomeAnUpdate"},
    {"MissedByAlone", "unfenced", "AFirstLockGivesWayToWhoIsAlone"},
    {"NotedLate", "vouch", "AReadIsNotedBeforeItsStripeIsLookedAt"},
    {"NotedSlowly", "vouch", "AReadThatIsNotedSlowlyIsLookedAtOnceMore"},
};

std::string programOf(const Row &R) {
  return std::string("version_") + R.Program + "_test";
}

enum class Result { Failed, Passed, Skipped };

/// Runs the row's test in a process of its own.
Result run(const Row &R, bool Mutated) {
  bool Fails = false;
  std::string Said = check::runSibling(
      std::string("STM_TEST_MUTATION=") + (Mutated ? R.Mutation : ""),
      programOf(R), std::string("'--gtest_filter=*.") + R.Test + "'", Fails);
  // In either case it must have been there.
  EXPECT_NE(Said.find("[ RUN      ]"), std::string::npos) << Said;
  if (!Mutated) {
    EXPECT_FALSE(Fails) << Said;
  }
  if (Said.find("[  SKIPPED ]") != std::string::npos)
    return Result::Skipped;
  return Fails ? Result::Failed : Result::Passed;
}

class VersionMutationTest : public ::testing::TestWithParam<Row> {};

TEST_P(VersionMutationTest, IsNoticed) {
  // Some programs, and some tests, are not for ThreadSanitizer.
  std::string Program = check::siblingPath(programOf(GetParam()));
  if (runsUnderTsan() && access(Program.c_str(), X_OK) != 0)
    GTEST_SKIP() << "there is no such program in this build";
  Result Whole = run(GetParam(), /*Mutated=*/false);
  if (runsUnderTsan() && Whole == Result::Skipped)
    GTEST_SKIP() << "the test is skipped itself";
  EXPECT_EQ(Whole, Result::Passed);
  EXPECT_EQ(run(GetParam(), /*Mutated=*/true), Result::Failed);
}

INSTANTIATE_TEST_SUITE_P(Without, VersionMutationTest,
                         ::testing::ValuesIn(Rows), [](const auto &Info) {
                           return std::string(Info.param.Mutation);
                         });

TEST(VersionMutationsTest, EachHasATest) {
  auto IsThere = [](const char *Name) {
    for (const Row &R : Rows)
      if (!strcmp(R.Mutation, Name))
        return true;
    return false;
  };
#define STM_MUTATION_HAS_TEST(M) EXPECT_TRUE(IsThere(#M)) << #M;
  STM_STEPPED_MUTATIONS(STM_MUTATION_HAS_TEST)
#undef STM_MUTATION_HAS_TEST
}

} // namespace

} // namespace stm::rt::testing
