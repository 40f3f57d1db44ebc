//===- rt/report_text_test.cpp - ranking, merging, words ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/text.h"

#include "base/options.h"
#include "report/suppress.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <unistd.h>

// Addresses in these functions stand for the program's code. Not in the
// runtime's namespace, whose frames are left out. (Where coverage is counted, a
// function begins with code of no line.)
#define PLAIN __attribute__((noinline, no_profile_instrument_function))
namespace bank {
constexpr int WithdrawLine = __LINE__ + 1;
PLAIN int withdraw(int X) { return X * 3 + 1; }
PLAIN int deposit(int X) { return X * 5 + 2; }
PLAIN int audit(int X) { return X * 7 + 3; }
} // namespace bank

namespace stm::rt {
namespace {

using __sanitizer::InternalMmapVector;
using __sanitizer::InternalScopedString;

const stm_site Transfer = {"transfer", "bank.cpp", 12};
const stm_site Unnamed = {nullptr, "bank.cpp", 40};

/// A return address in \p Function; further ones are on the same line.
uintptr_t pcIn(int (*Function)(int), unsigned Offset = 0) {
  return __sanitizer::StackTrace::GetNextInstructionPc(
      reinterpret_cast<uintptr_t>(Function) + Offset);
}

ThreadFacts Threads[3];

void visitThreads(FactsVisitor Visit, void *Arg) {
  for (ThreadFacts &Facts : Threads)
    Visit(Facts, Arg);
}

class ReportText : public testing::Test {
protected:
  // The runtime's constructor need not be part of this program.
  static void SetUpTestSuite() { initOptions(nullptr); }
  void SetUp() override { clear(); }
  void TearDown() override {
    clear();
    loadSuppressions("");
  }

  static void clear() {
    for (ThreadFacts &Facts : Threads)
      Facts.resetInChild();
  }

  static void conflict(unsigned Thread, uintptr_t Victim, uintptr_t Culprit,
                       uint64_t Ticks, const stm_site &Block = Transfer,
                       ConflictKind Kind = ConflictKind::ReadLocked) {
    Threads[Thread].Counts.Aborts.bump();
    recordConflict(Threads[Thread],
                   {Kind, 0, Victim, Culprit, Block, Ticks, 0});
  }

  static void inevitable(unsigned Thread, const char *Reason, uintptr_t Pc,
                         uint64_t Ticks, const stm_site &Block = Transfer) {
    Threads[Thread].Counts.Updates.bump();
    Threads[Thread].Counts.Inevitable.bump();
    recordInevitable(Threads[Thread], Reason, Pc, Block, Ticks);
  }

  /// A tick is a microsecond.
  static std::string text(bool Full = false) {
    MergedFacts Facts(visitThreads);
    ReportRows Rows(Facts, Full);
    InternalScopedString Out;
    writeText(Out, Rows, {Full, /*Color=*/false, /*Pid=*/42, 1000.0});
    return Out.data();
  }

  class SuppressionFile {
  public:
    explicit SuppressionFile(const char *Lines) {
      int Fd = mkstemp(Path);
      EXPECT_GE(Fd, 0);
      dprintf(Fd, "%s", Lines);
      close(Fd);
    }
    ~SuppressionFile() { unlink(Path); }
    SuppressionFile(const SuppressionFile &) = delete;
    SuppressionFile &operator=(const SuppressionFile &) = delete;
    void load() const { loadSuppressions(Path); }

  private:
    char Path[32] = "/tmp/stm-suppressions-XXXXXX";
  };

  static void suppress(const char *Lines) { SuppressionFile(Lines).load(); }
};

#define EXPECT_HAS(Text, Part)                                                 \
  EXPECT_NE((Text).find(Part), std::string::npos) << (Text)
#define EXPECT_HAS_NOT(Text, Part)                                             \
  EXPECT_EQ((Text).find(Part), std::string::npos) << (Text)

//===----------------------------------------------------------------------===//
// Merging and ranking
//===----------------------------------------------------------------------===//

TEST_F(ReportText, APairOfSeveralThreadsIsOneEntry) {
  conflict(0, 10, 20, 5);
  conflict(1, 10, 20, 7);
  conflict(2, 11, 20, 1);
  MergedFacts Facts(visitThreads);
  EXPECT_EQ(Facts.Conflicts.size(), 2u);
  const ConflictEntry *Entry =
      Facts.Conflicts.find({10, 20, Transfer, ConflictKind::ReadLocked});
  ASSERT_NE(Entry, nullptr);
  EXPECT_EQ(Entry->Totals.Count, 2u);
  EXPECT_EQ(Entry->Totals.Ticks, 12u);
  EXPECT_EQ(Facts.Sum.Aborts, 3u);
  EXPECT_EQ(Facts.Threads.size(), 3u);
}

TEST_F(ReportText, EntriesAreRankedByTimeAndThenByCount) {
  conflict(0, 10, 20, 5);
  conflict(0, 11, 20, 50);
  for (int I = 0; I != 5; ++I)
    conflict(1, 12, 20, 1);
  MergedFacts Facts(visitThreads);
  InternalMmapVector<ConflictEntry> Ranked;
  rank(Facts.Conflicts, Ranked);
  ASSERT_EQ(Ranked.size(), 3u);
  EXPECT_EQ(Ranked[0].Key.VictimPc, 11u);
  EXPECT_EQ(Ranked[1].Key.VictimPc, 12u); // 5 ticks as well, but 5 times.
  EXPECT_EQ(Ranked[2].Key.VictimPc, 10u);
}

TEST_F(ReportText, WhatFoundNoRoomStillCounts) {
  for (uintptr_t Pc = 1; Pc <= ThreadFacts::MaxConflicts + 10; ++Pc)
    conflict(0, Pc, 20, 2);
  MergedFacts Facts(visitThreads);
  ReportRows Rows(Facts, false);
  EXPECT_EQ(Rows.AllConflicts.Count, ThreadFacts::MaxConflicts + 10u);
  EXPECT_EQ(Rows.AllConflicts.Ticks, 2u * (ThreadFacts::MaxConflicts + 10u));
  uint64_t InRows = 0;
  for (const ConflictRow *Row : Rows.Conflicts)
    InRows += Row->Entry.Totals.Count;
  EXPECT_EQ(InRows + Rows.OtherConflicts.Count, Rows.AllConflicts.Count);
}

TEST_F(ReportText, AddressesOfOneLineAreOneRow) {
  conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), 30);
  conflict(1, pcIn(bank::withdraw, 1), pcIn(bank::deposit, 1), 30);
  conflict(1, pcIn(bank::audit), pcIn(bank::deposit), 50);
  MergedFacts Facts(visitThreads);
  ReportRows Rows(Facts, false);
  ASSERT_EQ(Rows.Conflicts.size(), 2u);
  // Together they overtake what was first alone.
  EXPECT_EQ(Rows.Conflicts[0]->Entry.Totals.Ticks, 60u);
  EXPECT_EQ(Rows.Conflicts[0]->Entry.Totals.Count, 2u);
}

TEST_F(ReportText, DifferentLinesOfEitherSideStayApart) {
  conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), 30);
  conflict(0, pcIn(bank::withdraw), pcIn(bank::audit), 30);
  conflict(0, pcIn(bank::withdraw), 0, 30);
  conflict(0, pcIn(bank::audit), pcIn(bank::deposit), 30);
  MergedFacts Facts(visitThreads);
  EXPECT_EQ(ReportRows(Facts, false).Conflicts.size(), 4u);
}

TEST_F(ReportText, DifferentBlocksAndKindsStayApart) {
  uintptr_t Victim = pcIn(bank::withdraw), Culprit = pcIn(bank::deposit);
  conflict(0, Victim, Culprit, 30);
  conflict(0, Victim, Culprit, 30, Unnamed);
  conflict(0, Victim, Culprit, 30, Transfer, ConflictKind::Validation);
  MergedFacts Facts(visitThreads);
  EXPECT_EQ(ReportRows(Facts, false).Conflicts.size(), 3u);
}

TEST_F(ReportText, BlocksAreTheSameByTheirTextNotByItsAddress) {
  static char Name[] = "transfer", File[] = "bank.cpp";
  conflict(0, pcIn(bank::withdraw), 0, 30);
  conflict(0, pcIn(bank::withdraw), 0, 30, {Name, File, 12});
  MergedFacts Facts(visitThreads);
  EXPECT_EQ(Facts.Conflicts.size(), 2u);
  EXPECT_EQ(ReportRows(Facts, false).Conflicts.size(), 1u);
}

//===----------------------------------------------------------------------===//
// The text
//===----------------------------------------------------------------------===//

TEST_F(ReportText, TheSummaryNamesBothLinesAndTheTimeLost) {
  Threads[0].Counts.Updates.bump(1000);
  conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), 3000);
  conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), 3000);
  conflict(1, pcIn(bank::audit), 0, 2000, Unnamed, ConflictKind::Validation);
  std::string Text = text();
  EXPECT_HAS(Text, "==42== llvm-stm: 1000 transactions committed, 3 rolled "
                   "back, 0 inevitable\n");
  EXPECT_HAS(Text, "8.0 ms lost to rollbacks");
  EXPECT_HAS(Text, "==42==   1. 2 times, 6.0 ms (75 %): \"transfer\" read what "
                   "another transaction was writing\n"
                   "==42==      at bank::withdraw(int) ");
  EXPECT_HAS(Text, "written by bank::deposit(int) ");
  EXPECT_HAS(Text,
             "report_text_test.cpp:" + std::to_string(bank::WithdrawLine));
  EXPECT_HAS(Text, "==42==   2. once, 2.0 ms (25 %): the block at bank.cpp:40 "
                   "had read what another transaction then changed\n"
                   "==42==      at bank::audit(int) ");
  EXPECT_HAS(Text, "\nSUMMARY: llvm-stm: 3 rollbacks lost 8.0 ms, most at "
                   "bank::withdraw(int) ");
}

TEST_F(ReportText, EveryLineButTheLastHasThePrefix) {
  conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), 3000);
  inevitable(0, "call to write", pcIn(bank::audit), 10);
  for (bool Full : {false, true}) {
    std::string Text = text(Full);
    size_t Lines = 0;
    for (size_t Begin = 0; Begin != Text.size(); ++Lines) {
      size_t End = Text.find('\n', Begin);
      ASSERT_NE(End, std::string::npos);
      std::string Line = Text.substr(Begin, End - Begin);
      Begin = End + 1;
      EXPECT_EQ(Line.rfind(Begin == Text.size() ? "SUMMARY: " : "==42== ", 0),
                0u)
          << Line;
    }
    EXPECT_GT(Lines, 5u);
  }
}

TEST_F(ReportText, TheSummaryIsShortHoweverMuchThereIs) {
  for (uint32_t I = 1; I != 50; ++I) {
    conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), I, {"b", "f", I});
    inevitable(0, "call to write", pcIn(bank::audit), I, {"b", "f", I});
  }
  std::string Summary = text();
  EXPECT_LE(std::count(Summary.begin(), Summary.end(), '\n'), 16);
  EXPECT_HAS(Summary, "and 46 other conflicts");
  EXPECT_HAS(Summary, "report=full");
  std::string Full = text(true);
  EXPECT_HAS(Full, "  49. once");
  EXPECT_HAS(Full, "#0 bank::withdraw(int) ");
  EXPECT_HAS(Full, "had been written here:");
  EXPECT_HAS(Full, "thread 1: 49 committed");
}

TEST_F(ReportText, InevitableTransactionsAreShownWithReasonAndTime) {
  inevitable(0, "call to write", pcIn(bank::audit), 700);
  std::string Text = text();
  EXPECT_HAS(Text, "1. once, 700.0 us (100 %): \"transfer\", call to write, at "
                   "bank::audit(int) ");
  EXPECT_HAS(Text, "; write it at the commit: ");
  EXPECT_HAS(Text, "SUMMARY: llvm-stm: 1 inevitable transaction took 700.0 us");
  EXPECT_HAS_NOT(Text, "hint:");
}

TEST_F(ReportText, LongNamesOfInevitableCallsAreShortened) {
  inevitable(0,
             "call to std::basic_ostream<char, std::char_traits<char>>& "
             "std::operator<<<std::char_traits<char>>(char const*)",
             pcIn(bank::audit), 700);
  inevitable(0, "atomic operation", pcIn(bank::audit), 600);
  inevitable(0, "call to sleep", pcIn(bank::audit), 500);
  std::string Text = text(/*Full=*/true);
  EXPECT_HAS(Text, "call to std::basic_ostream<...>& std::operator<<");
  EXPECT_HAS(Text, "; write it at the commit: ");
  EXPECT_HAS(Text, "; what only blocks use need not be atomic");
  EXPECT_HAS(Text, "call to sleep, at ");
}

TEST_F(ReportText, WaitingIsSaidWhereItIsMuch) {
  Threads[0].Counts.Aborts.bump();
  conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), 3000);
  EXPECT_HAS_NOT(text(), "waiting");
  recordWait(Threads[0], Transfer, 0, uint64_t{1} << 40);
  EXPECT_HAS(text(), " waiting for others (");
  EXPECT_HAS(text(/*Full=*/true), " lost; ");
}

TEST_F(ReportText, BlocksWithoutThePluginGetAHint) {
  inevitable(0, kUninstrumentedReason, pcIn(bank::audit), 700);
  EXPECT_HAS(text(), "hint: bank.cpp was compiled without the plugin");
}

TEST_F(ReportText, AConflictWithoutAddressesIsStillReadable) {
  conflict(0, 0, 0, 10, {nullptr, nullptr, 0}, ConflictKind::Validation);
  std::string Text = text(true);
  EXPECT_HAS(Text, "a block had read what another transaction then changed\n"
                   "==42==      noticed at its end\n");
  EXPECT_HAS(Text, "most of a block");
}

TEST_F(ReportText, TheWorstConflictHasAdviceAndWhatItsRemovalWouldBring) {
  Threads[0].attach();
  // More than this thread has run, however slow the machine is.
  ConflictFact Fact = {ConflictKind::ReadLocked, 0, 10, 20, Transfer,
                       uint64_t{1} << 40,        0};
  Fact.Shares = Sharing::SameStripe;
  Threads[0].Counts.Aborts.bump();
  recordConflict(Threads[0], Fact);
  std::string Text = text();
  EXPECT_HAS(Text, "the two use different data in the same 32 bytes");
  EXPECT_HAS(Text, "     without it about ");
  EXPECT_HAS(Text, "% less time; the two");
}

TEST_F(ReportText, AFullReportHasBlocksAndWhereTheTimeOfThreadsWent) {
  Threads[0].Counts.Updates.bump();
  recordExecution(Threads[0],
                  {Transfer, /*IsSample=*/true, 0, 1000000, 0, 4, 2, true});
  std::string Text = text(/*Full=*/true);
  EXPECT_HAS(Text, "\"transfer\": 1 execution,");
  EXPECT_HAS(Text, "reads 4, 4, 4; writes 2, 2, 2");
  EXPECT_HAS(Text, " useful");
}

TEST_F(ReportText, NothingToSayIsSaidShortly) {
  Threads[0].Counts.Updates.bump(5);
  EXPECT_EQ(text(),
            "==42== llvm-stm: 5 transactions committed, 0 rolled back, 0 "
            "inevitable\nSUMMARY: llvm-stm: 5 transactions, none lost\n");
}

std::string duration(double Nanoseconds) {
  InternalScopedString Out;
  appendDuration(Out, Nanoseconds);
  return Out.data();
}

TEST(ReportNumbers, DurationsHaveTheUnitThatFits) {
  EXPECT_EQ(duration(0), "0 ns");
  EXPECT_EQ(duration(734.4), "734 ns");
  EXPECT_EQ(duration(999.96), "1.0 us");
  EXPECT_EQ(duration(12345), "12.3 us");
  EXPECT_EQ(duration(999960), "1.0 ms");
  EXPECT_EQ(duration(2.5e6), "2.5 ms");
  EXPECT_EQ(duration(61e9), "61.0 s");
}

std::string share(double Part, double Whole) {
  InternalScopedString Out;
  appendShare(Out, Part, Whole);
  return Out.data();
}

TEST(ReportNumbers, SharesOfNothingAndOfLittleAreSaidSo) {
  EXPECT_EQ(share(1, 0), "0 %");
  EXPECT_EQ(share(0, 5), "0 %");
  EXPECT_EQ(share(1, 10000), "<0.1 %");
  EXPECT_EQ(share(13, 1000), "1.3 %");
  EXPECT_EQ(share(999, 10000), "10 %");
  EXPECT_EQ(share(5, 5), "100 %");
}

std::string shortName(const char *Name, size_t Longest) {
  InternalScopedString Out;
  appendShortName(Out, Name, Longest);
  return Out.data();
}

TEST(ReportNames, LongNamesLoseTemplateArgumentsThenParameters) {
  EXPECT_EQ(shortName("f(int)", 20), "f(int)");
  EXPECT_EQ(shortName("std::map<int, std::less<int> >::find(int)", 25),
            "std::map<...>::find(int)");
  EXPECT_EQ(shortName("std::map<int, std::less<int> >::find(int const&)", 25),
            "std::map<...>::find(...)");
  EXPECT_EQ(shortName("main::{lambda()#1}::operator()() const", 5),
            "main::{lambda()#1}::operator()() const");
  EXPECT_EQ(shortName("V<int>::operator<(V<int> const&)", 5),
            "V<...>::operator<(...)");
  EXPECT_EQ(shortName("P<int>::operator->()", 5), "P<...>::operator->()");
  EXPECT_EQ(shortName("broken<name(", 5), "broken<");
}

//===----------------------------------------------------------------------===//
// Suppressions
//===----------------------------------------------------------------------===//

TEST_F(ReportText, ASuppressionMatchesEitherSide) {
  conflict(0, pcIn(bank::withdraw), pcIn(bank::deposit), 30);
  conflict(0, pcIn(bank::audit), pcIn(bank::deposit), 50);
  suppress("# known\n\nconflict:bank::withdraw\n");
  EXPECT_HAS_NOT(text(), "bank::withdraw");
  EXPECT_HAS(text(), "bank::audit");
  EXPECT_HAS(text(), "and 1 suppressed conflicts, 30.0 us");
  suppress("  conflict:^bank::deposit(int)$  \r\n");
  std::string Text = text(true);
  EXPECT_HAS_NOT(Text, "bank::audit");
  EXPECT_HAS(Text, "by conflict:^bank::deposit(int)$");
}

TEST_F(ReportText, ASuppressionMatchesFilesAndBlocks) {
  conflict(0, pcIn(bank::withdraw), 0, 30);
  inevitable(0, "call to write", pcIn(bank::audit), 10);
  suppress("conflict:transfer\n");
  EXPECT_HAS_NOT(text(), "bank::withdraw");
  EXPECT_HAS(text(), "bank::audit");
  suppress("inevitable:report_text_test.cpp");
  EXPECT_HAS(text(), "bank::withdraw");
  EXPECT_HAS_NOT(text(), "bank::audit");
}

TEST_F(ReportText, WhenAllIsSuppressedThereIsNothingToSay) {
  conflict(0, pcIn(bank::withdraw), 0, 30);
  inevitable(0, "call to write", pcIn(bank::audit), 10);
  suppress("conflict:*\ninevitable:*\n");
  MergedFacts Facts(visitThreads);
  ReportRows Rows(Facts, false);
  EXPECT_FALSE(Rows.hasConflicts());
  EXPECT_FALSE(Rows.hasInevitables());
  // A rollback that no fact was kept of can't be suppressed.
  Threads[0].Counts.Aborts.bump();
  MergedFacts More(visitThreads);
  EXPECT_TRUE(ReportRows(More, false).hasConflicts());
}

using ReportTextDeathTest = ReportText;

TEST_F(ReportTextDeathTest, AMistypedSuppressionIsNamedWithItsLine) {
  // Not in the process that exits, which would leave them.
  SuppressionFile Unknown("# x\nconflict:a\nconflct:b\n"), Empty("conflict:\n"),
      Longer("conflicts:x");
  EXPECT_EXIT(Unknown.load(), testing::ExitedWithCode(1),
              "stm-suppressions-.*:3: 'conflct:b': expected conflict:PATTERN");
  EXPECT_EXIT(Empty.load(), testing::ExitedWithCode(1), ":1: 'conf");
  EXPECT_EXIT(Longer.load(), testing::ExitedWithCode(1), ":1: 'conf");
}

TEST_F(ReportTextDeathTest, AMissingSuppressionsFileIsNamed) {
  EXPECT_EXIT(loadSuppressions("/nowhere/at.all"), testing::ExitedWithCode(1),
              "suppressions=/nowhere/at.all: the file can't be read");
}

} // namespace
} // namespace stm::rt
