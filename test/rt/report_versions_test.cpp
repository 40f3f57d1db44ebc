//===- rt/report_versions_test.cpp - the section on snapshots -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/text.h"

#include "base/options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

// Not in the runtime's namespace, whose frames are left out.
namespace bank {
__attribute__((noinline)) int audit(int X) { return X * 7 + 3; }
} // namespace bank

namespace stm::rt {
namespace {

using __sanitizer::InternalScopedString;

const stm_site Audit = {"audit", "bank.cpp", 12};
const stm_site Unnamed = {nullptr, "bank.cpp", 40};

constexpr uint64_t MB = 1 << 20;
// A tick is a microsecond.
constexpr uint64_t Millisecond = 1000, Second = 1000000;

ThreadFacts Thread;
VersionFacts Versions;

void visitThread(FactsVisitor Visit, void *Arg) { Visit(Thread, Arg); }
void getVersions(VersionFacts &Facts) { Facts = Versions; }

class ReportVersions : public testing::Test {
protected:
  static void SetUpTestSuite() { initOptions(nullptr); }
  void SetUp() override {
    Versions = {};
    Thread.resetInChild();
    Thread.Counts.Snapshots.bump(7);
    Thread.Counts.ReadOnly.bump(7);
  }
  void TearDown() override { Thread.resetInChild(); }

  /// memory_limit_mb has ended a snapshot of Audit, and it has noticed.
  static void endAudit(uint64_t LostTicks) {
    Versions.Ended = 2;
    Versions.EndedBlockCount = 1;
    Versions.EndedBlocks[0] = {Audit, 2, 66 * MB, 4711};
    noteConflict(ConflictKind::MemoryLimit, Audit, LostTicks);
  }
  static void noteConflict(ConflictKind Kind, const stm_site &Block,
                           uint64_t LostTicks) {
    Thread.Counts.Aborts.bump();
    recordConflict(Thread, {Kind, 0,
                            __sanitizer::StackTrace::GetNextInstructionPc(
                                reinterpret_cast<uintptr_t>(bank::audit)),
                            0, Block, LostTicks, 0});
  }

  static std::string text(bool Full) {
    MergedFacts Facts(visitThread, getVersions);
    ReportRows Rows(Facts, Full);
    InternalScopedString Out;
    writeText(Out, Rows, {Full, /*Color=*/false, /*Pid=*/42, 1000.0});
    return Out.data();
  }
  static std::string full() { return text(true); }
  static std::string summary() { return text(false); }
};

#define EXPECT_HAS(Text, Part)                                                 \
  EXPECT_NE((Text).find(Part), std::string::npos) << (Text)
#define EXPECT_HAS_NOT(Text, Part)                                             \
  EXPECT_EQ((Text).find(Part), std::string::npos) << (Text)

//===----------------------------------------------------------------------===//
// When there is something to say
//===----------------------------------------------------------------------===//

TEST_F(ReportVersions, WithoutSnapshotsThereIsNoSection) {
  Thread.Counts.Snapshots.reset();
  Versions.YoungBytes = 100 * MB;
  Versions.LongestPauseTicks = Second;
  EXPECT_HAS_NOT(full(), "snapshots");
  EXPECT_HAS_NOT(summary(), "snapshots");
}

TEST_F(ReportVersions, AFullReportHasTheSectionIfSnapshotsRan) {
  EXPECT_HAS(full(), "==42== snapshots and versions:\n"
                     "==42==   snapshots: 7 committed, 0 started again\n");
}

TEST_F(ReportVersions, ASnapshotThatHasNotEndedIsOne) {
  Thread.Counts.Snapshots.reset();
  Versions.RunningCount = 1;
  Versions.Running[0] = {Audit, 1, 2, false};
  EXPECT_HAS(full(), "snapshots: 0 committed");
}

TEST_F(ReportVersions, ASummaryIsSilentWhereNothingIsOutOfTheOrdinary) {
  Versions.YoungBytes = 2 * MB;
  Versions.OldBytes = 2 * MB - 1;
  Versions.MostBytes = 100 * MB;
  Versions.LongestPauseTicks = 10 * Millisecond - 1;
  Versions.Pauses[14] = 1;
  EXPECT_HAS_NOT(summary(), "snapshots");
}

TEST_F(ReportVersions, ASummarySaysWhatHoldsMuchMemoryNow) {
  Versions.YoungBytes = 2 * MB;
  Versions.OldBytes = 2 * MB;
  Versions.RunningCount = 1;
  Versions.Running[0] = {Audit, 3 * Second, 4711, false};
  Versions.LongestPauseTicks = Millisecond;
  Versions.Pauses[10] = 1;
  std::string Text = summary();
  EXPECT_HAS(Text, "held now: 2.0 MB in young chunks, 2.0 MB in the old "
                   "generation");
  EXPECT_HAS(Text, "1. for 3.0 s: \"audit\" (thread id 4711)\n");
  EXPECT_HAS_NOT(Text, "pauses");
  EXPECT_HAS_NOT(Text, "versions: ");
}

TEST_F(ReportVersions, ASummarySaysThatACollectionTookLong) {
  Versions.YoungBytes = MB;
  Versions.LongestPauseTicks = 12 * Millisecond;
  Versions.Pauses[14] = 3;
  std::string Text = summary();
  EXPECT_HAS(Text, "pauses for collections: 3, the longest 12.0 ms\n");
  EXPECT_HAS_NOT(Text, "less than");
  EXPECT_HAS_NOT(Text, "held now");
}

//===----------------------------------------------------------------------===//
// Snapshots that memory_limit_mb has ended
//===----------------------------------------------------------------------===//

TEST_F(ReportVersions, TheSummaryNamesWhatMemoryLimitHasEnded) {
  endAudit(1000);
  std::string Text = summary();
  EXPECT_HAS(Text, "\"audit\" was ended, since its versions took more than "
                   "memory_limit_mb\n"
                   "==42==      at bank::audit(int) ");
  EXPECT_HAS(Text, " (thread id 4711), when 66.0 MB were held\n");
  EXPECT_HAS(Text, "started again, 2 ended by memory_limit_mb\n");
  EXPECT_HAS_NOT(Text, "  ended by memory_limit_mb:");
}

TEST_F(ReportVersions, TheSummaryNamesItHoweverLittleTimeItCost) {
  for (uint32_t Line = 100; Line != 110; ++Line)
    noteConflict(ConflictKind::Validation, {"b", "f", Line}, 50000);
  endAudit(10);
  std::string Text = summary();
  EXPECT_HAS(Text, "  11. once, 10.0 us (<0.1 %): \"audit\" was ended");
  EXPECT_HAS(Text, "(thread id 4711), when 66.0 MB were held\n");
  EXPECT_HAS(Text, "and 7 other conflicts, 350.0 ms");
}

TEST_F(ReportVersions, OfOtherConflictsNoThreadIsSaid) {
  noteConflict(ConflictKind::Validation, Audit, 10);
  Versions.EndedBlockCount = 1;
  Versions.EndedBlocks[0] = {Audit, 2, 66 * MB, 4711};
  Versions.Ended = 2;
  std::string Text = summary();
  EXPECT_HAS_NOT(Text, "(thread id 4711), when 66.0 MB were held\n==42==   2.");
  EXPECT_EQ(Text.find("thread id"), Text.rfind("thread id")) << Text;
}

TEST_F(ReportVersions, OneThatHasNotNoticedYetIsNamedAsWell) {
  Versions.Ended = 1;
  Versions.EndedBlockCount = 1;
  Versions.EndedBlocks[0] = {Unnamed, 1, 5 * MB, 4711};
  Versions.RunningCount = 1;
  Versions.Running[0] = {Unnamed, 2 * Second, 4711, true};
  std::string Text = summary();
  EXPECT_HAS(Text,
             "==42==   ended by memory_limit_mb: the block at bank.cpp:40 "
             "(thread id 4711), when 5.0 MB were held\n");
  EXPECT_HAS(Text, "1. for 2.0 s: the block at bank.cpp:40 (thread id 4711), "
                   "ended by memory_limit_mb: only frees wait for it\n");
}

//===----------------------------------------------------------------------===//
// Each fact
//===----------------------------------------------------------------------===//

TEST_F(ReportVersions, VersionsAreCountedByWhatBecameOfThem) {
  Thread.Counts.VersionsCreated.bump(1000);
  Thread.Counts.SnapshotAborts.bump(3);
  Versions.Promoted = 90;
  Versions.ReclaimedYoung = 600;
  Versions.ReclaimedOld = 50;
  std::string Text = full();
  EXPECT_HAS(Text, "snapshots: 7 committed, 3 started again\n");
  EXPECT_HAS(Text, "versions: 1000 created, 350 live, 90 promoted; reclaimed: "
                   "600 young, 50 old\n");
}

TEST_F(ReportVersions, MemoryIsSaidByGeneration) {
  Versions.YoungBytes = 3 * MB;
  Versions.OldBytes = 1536;
  Versions.DeferredFrees = 12;
  Versions.DeferredBytes = 700;
  EXPECT_HAS(full(), "held now: 3.0 MB in young chunks, 1.5 KB in the old "
                     "generation; 12 frees had to wait, 700 bytes still do\n");
}

TEST_F(ReportVersions, TheMostThatWasHeldIsSaidWithTheOldestSnapshotThen) {
  Versions.MostBytes = 66 * MB;
  EXPECT_HAS(full(), "held at most: 66.0 MB\n");
  Versions.OldestAtMost = {Audit, 3 * Second, 4711, false};
  EXPECT_HAS(full(), "held at most: 66.0 MB; the oldest snapshot then: "
                     "\"audit\" (thread id 4711), after 3.0 s\n");
}

TEST_F(ReportVersions, TheLongestSnapshotIsSaid) {
  Versions.Longest = {Unnamed, 5 * Second, 4712, false};
  EXPECT_HAS(full(), "the longest that has ended took 5.0 s: the block at "
                     "bank.cpp:40 (thread id 4712)\n");
}

TEST_F(ReportVersions, RunningSnapshotsAreListedAndTheRestCounted) {
  Versions.RunningCount = 8;
  for (unsigned I = 0; I != VersionFacts::MaxRunning; ++I)
    Versions.Running[I] = {Audit, (9 - I) * Second, 100 + I, false};
  std::string Text = full();
  EXPECT_HAS(Text, "    1. for 9.0 s: \"audit\" (thread id 100)\n");
  EXPECT_HAS(Text, "    5. for 5.0 s: \"audit\" (thread id 104)\n"
                   "==42==     and 3 newer\n");
}

TEST_F(ReportVersions, CollectionsAndTheLongestChainAreSaid) {
  Versions.MinorCollections = 12;
  Versions.MajorCollections = 3;
  Versions.CollectionTicks = 4200;
  Versions.LongestChain = 17;
  EXPECT_HAS(full(), "collections: 12 minor, 3 major, 4.2 ms in all; a read "
                     "went over 17 versions at most\n");
}

TEST_F(ReportVersions, PausesAreAHistogram) {
  Versions.Pauses[0] = 4;
  Versions.Pauses[3] = 20;
  Versions.Pauses[20] = 1;
  Versions.LongestPauseTicks = 600 * Millisecond;
  EXPECT_HAS(full(), "pauses for collections: 25, the longest 600.0 ms\n"
                     "==42==     less than 1.0 us: 4\n"
                     "==42==     less than 8.0 us: 20\n"
                     "==42==     less than 1.0 s: 1\n");
}

TEST_F(ReportVersions, EveryLineButTheLastHasThePrefix) {
  endAudit(1000);
  Versions.RunningCount = 8;
  Versions.LongestPauseTicks = Second;
  Versions.Pauses[20] = 1;
  Versions.MostBytes = 66 * MB;
  Versions.Longest = {Audit, Second, 1, false};
  for (bool Full : {false, true}) {
    std::string Text = text(Full);
    for (size_t Begin = 0; Begin != Text.size();) {
      std::string Line = Text.substr(Begin, Text.find('\n', Begin) - Begin);
      Begin += Line.size() + 1;
      EXPECT_EQ(Line.rfind(Begin == Text.size() ? "SUMMARY: " : "==42== ", 0),
                0u)
          << Line;
    }
  }
}

TEST_F(ReportVersions, BytesAreGivenToATenth) {
  const std::pair<uint64_t, const char *> Cases[] = {
      {0, "0 bytes"},
      {1023, "1023 bytes"},
      {1024, "1.0 KB"},
      {MB - 1, "1.0 MB"},
      {1023 * 1024, "1023.0 KB"},
      {MB * 3 / 2, "1.5 MB"},
      {uint64_t{5} << 30, "5.0 GB"}};
  for (auto [Bytes, Expected] : Cases) {
    InternalScopedString Out;
    appendBytes(Out, Bytes);
    EXPECT_STREQ(Out.data(), Expected);
  }
}

} // namespace
} // namespace stm::rt
