//===- rt/report_facts_test.cpp - recording facts -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/facts.h"

#include "../sibling_program.h"
#include "base/options.h"
#include "report/stack_store.h"
#include "sanitizers.h"
#include "stm/stm.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stm::rt {
namespace {

const stm_site TransferBlock = {"transfer", "bank.cpp", 12};
const stm_site AuditBlock = {"audit", "bank.cpp", 30};

ConflictFact conflict(uintptr_t Victim, uintptr_t Culprit, uint64_t Ticks) {
  return {ConflictKind::ReadLocked,
          0x1000,
          Victim,
          Culprit,
          TransferBlock,
          Ticks,
          0};
}

template <class TableT> FactTotals sumOf(const TableT &Table) {
  FactTotals Sum{};
  Table.forEach([&](const auto &Entry) { Sum.add(Entry.Totals); });
  return Sum;
}

TEST(ReportFacts, ConflictsOfOnePairAreOneEntry) {
  ThreadFacts Facts;
  recordConflict(Facts, conflict(1, 2, 10));
  recordConflict(Facts, conflict(1, 2, 30));
  EXPECT_EQ(Facts.Conflicts.size(), 1u);
  FactTotals Sum = sumOf(Facts.Conflicts);
  EXPECT_EQ(Sum.Count, 2u);
  EXPECT_EQ(Sum.Ticks, 40u);
  Facts.resetInChild();
}

TEST(ReportFacts, WhatDiffersInAnyPartOfTheKeyIsAnotherEntry) {
  ThreadFacts Facts;
  ConflictFact Fact = conflict(1, 2, 10);
  recordConflict(Facts, Fact);
  Fact.VictimPc = 3;
  recordConflict(Facts, Fact);
  Fact.CulpritPc = 4;
  recordConflict(Facts, Fact);
  Fact.Kind = ConflictKind::Validation;
  recordConflict(Facts, Fact);
  Fact.Block = AuditBlock;
  recordConflict(Facts, Fact);
  Fact.Address = 0x2000; // No part of it.
  recordConflict(Facts, Fact);
  EXPECT_EQ(Facts.Conflicts.size(), 5u);
  Facts.resetInChild();
}

TEST(ReportFacts, AnEntryKeepsTheNewestKnownAddress) {
  ThreadFacts Facts;
  ConflictFact Fact = conflict(1, 2, 10);
  recordConflict(Facts, Fact);
  Fact.Address = 0x2000;
  recordConflict(Facts, Fact);
  Fact.Address = 0;
  recordConflict(Facts, Fact);
  const ConflictEntry *Entry =
      Facts.Conflicts.find({1, 2, TransferBlock, ConflictKind::ReadLocked});
  ASSERT_NE(Entry, nullptr);
  EXPECT_EQ(Entry->Address, 0x2000u);
  Facts.resetInChild();
}

/// Of this process, in bytes.
size_t mappedMemory() {
  size_t Pages = 0;
  std::ifstream("/proc/self/statm") >> Pages;
  return Pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

void recordMany(ThreadFacts &Facts, uintptr_t Count) {
  for (uintptr_t I = 1; I <= Count; ++I) {
    // So many blocks, too.
    stm_site Block = {"block", "bank.cpp", static_cast<uint32_t>(I)};
    ConflictFact Fact = conflict(I, 2, 3);
    Fact.Block = Block;
    recordConflict(Facts, Fact);
    recordInevitable(Facts, "call to write", I, Block, 5);
    recordWriter(Facts, I, Block);
  }
}

// What rt/report/README.md says of a descriptor.
TEST(ReportFacts, MemoryIsBounded) {
  if (HasTsan)
    GTEST_SKIP() << "ThreadSanitizer maps memory for each that is used";
  if (check::emulator())
    GTEST_SKIP() << "an emulator's own memory counts, too";
  resetOptionsForTesting();
  ParsedOptions.StackSamples = 0; // Those are the store's.
  ThreadFacts Facts;
  size_t Before = mappedMemory();
  recordMany(Facts, 3000);
  size_t Full = mappedMemory();
  EXPECT_LE(Full - Before, size_t{384 + 40 + 240 + 36} << 10);
  recordMany(Facts, 100000);
  EXPECT_EQ(mappedMemory(), Full);
  EXPECT_EQ(Facts.Conflicts.size(), ThreadFacts::MaxConflicts);
  Facts.resetInChild();
  resetOptionsForTesting();
}

TEST(ReportFacts, AFullTableCountsTheRestAsOther) {
  ThreadFacts Facts;
  constexpr unsigned Extra = 77;
  for (uintptr_t Pc = 1; Pc <= ThreadFacts::MaxConflicts + Extra; ++Pc)
    recordConflict(Facts, conflict(Pc, 2, 3));
  EXPECT_EQ(Facts.Conflicts.size(), ThreadFacts::MaxConflicts);
  EXPECT_EQ(Facts.OtherConflicts.Count, Extra);
  EXPECT_EQ(Facts.OtherConflicts.Ticks, 3u * Extra);
  // Known pairs still find their entry.
  recordConflict(Facts, conflict(5, 2, 3));
  EXPECT_EQ(Facts.OtherConflicts.Count, Extra);
  EXPECT_EQ(sumOf(Facts.Conflicts).Count, ThreadFacts::MaxConflicts + 1u);

  for (uintptr_t Pc = 1; Pc <= ThreadFacts::MaxInevitable + Extra; ++Pc)
    recordInevitable(Facts, "call to write", Pc, AuditBlock, 5);
  EXPECT_EQ(Facts.Inevitables.size(), ThreadFacts::MaxInevitable);
  EXPECT_EQ(Facts.OtherInevitables.Count, Extra);
  Facts.resetInChild();
}

/// Of a thousand facts of one pair.
unsigned stacksSampledWith(int64_t StackSamples) {
  resetOptionsForTesting();
  ParsedOptions.StackSamples = StackSamples;
  ThreadFacts Facts;
  unsigned Samples = 0;
  for (unsigned I = 0; I != 1000; ++I) {
    ConflictFact Fact = conflict(1, 2, 10);
    sampleConflict(Facts, Fact);
    Samples += Fact.Stack != 0;
    recordConflict(Facts, Fact);
  }
  Facts.resetInChild();
  resetOptionsForTesting();
  return Samples;
}

TEST(ReportFacts, StacksAreSampledAtFirstAndThenRarely) {
  EXPECT_EQ(stacksSampledWith(10), 10u + 6u); // … and at 16, 32, … 512.
  EXPECT_EQ(stacksSampledWith(3), 3u + 8u);   // … and at 4, 8, … 512.
  EXPECT_EQ(stacksSampledWith(0), 0u);
}

TEST(ReportFacts, InevitableTransactionsAreSampledToo) {
  ThreadFacts Facts;
  uint32_t Stack = sampleInevitable(Facts, "call to write", 1, AuditBlock);
  EXPECT_NE(Stack, 0u);
  recordInevitable(Facts, "call to write", 1, AuditBlock, 100, Stack);
  const InevitableEntry *Entry =
      Facts.Inevitables.find({"call to write", 1, AuditBlock});
  ASSERT_NE(Entry, nullptr);
  EXPECT_EQ(Entry->Totals.mainStack(), Stack);
  Facts.resetInChild();
}

TEST(ReportFacts, TheMainStackIsTheOneSeenMostOften) {
  FactTotals Totals{};
  EXPECT_EQ(Totals.mainStack(), 0u);
  Totals.addStack(0);
  EXPECT_EQ(Totals.mainStack(), 0u);
  Totals.addStack(7);
  Totals.addStack(9);
  Totals.addStack(9);
  // More stacks than there is room for are dropped.
  for (uint32_t Id = 20; Id != 30; ++Id)
    Totals.addStack(Id);
  EXPECT_EQ(Totals.mainStack(), 9u);
  FactTotals Other{};
  Other.addStack(7, 5);
  Totals.add(Other);
  EXPECT_EQ(Totals.mainStack(), 7u);
}

TEST(ReportFacts, RecordingLeavesErrnoAlone) {
  ThreadFacts Facts;
  errno = ENOTTY;
  ConflictFact Fact = conflict(1, 2, 10);
  sampleConflict(Facts, Fact);
  recordConflict(Facts, Fact);
  EXPECT_EQ(errno, ENOTTY);
  Facts.resetInChild();
}

ThreadFacts SignalFacts;
volatile sig_atomic_t SignalCalls;

TEST(ReportFacts, AFactInASignalHandlerIsRecordedOrCountedAsLost) {
  struct sigaction Action = {}, Before;
  Action.sa_handler = [](int) {
    recordConflict(SignalFacts, conflict(1, 3, 1));
    SignalCalls = SignalCalls + 1;
  };
  sigaction(SIGALRM, &Action, &Before);
  itimerval Often = {{0, 50}, {0, 50}};
  setitimer(ITIMER_REAL, &Often, nullptr);
  uint64_t Calls = 0;
  while (SignalCalls < 200 || Calls < 20000) {
    recordConflict(SignalFacts, conflict(1, 2, 1));
    ++Calls;
  }
  itimerval Off = {};
  setitimer(ITIMER_REAL, &Off, nullptr);
  sigaction(SIGALRM, &Before, nullptr);
  EXPECT_EQ(sumOf(SignalFacts.Conflicts).Count +
                SignalFacts.Counts.Unrecorded.get(),
            Calls + static_cast<uint64_t>(SignalCalls));
}

TEST(ReportFacts, AReaderNeverSeesHalfAnEntry) {
  static ThreadFacts Facts;
  std::atomic<bool> Stop{false};
  std::thread Owner([&] {
    for (uint64_t I = 0; !Stop.load(std::memory_order_relaxed); ++I)
      recordConflict(Facts, conflict(I % 500 + 1, 2, 7));
  });
  for (uint64_t Seen = 0; Seen < 50000;) {
    Facts.Lock.lock();
    FactTotals Sum = sumOf(Facts.Conflicts);
    Facts.Lock.unlock();
    ASSERT_EQ(Sum.Ticks, 7 * Sum.Count);
    Seen = Sum.Count;
  }
  Stop.store(true);
  Owner.join();
}

TEST(ReportFacts, ALockThatStaysTakenIsGivenUp) {
  FactLock Lock;
  Lock.lock();
  EXPECT_FALSE(Lock.lockWithPatience());
  Lock.unlock();
  EXPECT_TRUE(Lock.lockWithPatience());
}

TEST(ReportFacts, AttachedTimeIsKeptWhenTheThreadLeaves) {
  ThreadFacts Facts;
  EXPECT_EQ(Facts.attachedTicks(), 0u);
  Facts.attach();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  Facts.detach();
  uint64_t First = Facts.attachedTicks();
  EXPECT_GT(First, 0u);
  EXPECT_EQ(Facts.attachedTicks(), First);
  Facts.attach();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_GT(Facts.attachedTicks(), First);
}

ThreadFacts TwoThreads[2];
void visitTwoThreads(FactsVisitor Visit, void *Arg) {
  for (ThreadFacts &Facts : TwoThreads)
    Visit(Facts, Arg);
}

TEST(ReportFacts, StatisticsAreSummedOverThreads) {
  for (ThreadFacts &Facts : TwoThreads) {
    Facts.Counts.Updates.bump(9);
    Facts.Counts.Aborts.bump(3);
    Facts.Counts.ReadOnly.bump();
    Facts.Counts.Extensions.bump(2);
  }
  TwoThreads[1].Counts.Inevitable.bump();
  TwoThreads[0].Counts.QuiescenceWaits.bump(4);
  stm_stats Stats;
  sumCounters(visitTwoThreads, Stats);
  EXPECT_EQ(Stats.commits, 20u);
  EXPECT_EQ(Stats.aborts, 6u);
  EXPECT_EQ(Stats.inevitable, 1u);
  EXPECT_EQ(Stats.read_only, 2u);
  EXPECT_EQ(Stats.extensions, 4u);
  EXPECT_EQ(Stats.quiescence_waits, 4u);
  for (ThreadFacts &Facts : TwoThreads)
    Facts.resetInChild();
}

TEST(ReportFacts, AForkedChildStartsWithoutFacts) {
  TwoThreads[0].Counts.Updates.bump(5);
  recordConflict(TwoThreads[0], conflict(1, 2, 10));
  lockFactsBeforeFork(visitTwoThreads);
  // Not fork(): the runtime in this test has its own atfork handlers, which
  // take the same lock of the report.
  pid_t Child = _Fork();
  if (Child == 0) {
    resetFactsInChild(visitTwoThreads);
    stm_stats Stats;
    sumCounters(visitTwoThreads, Stats);
    bool Empty = !Stats.commits && !TwoThreads[0].Conflicts.size();
    // The locks are free.
    recordConflict(TwoThreads[0], conflict(1, 2, 10));
    _exit(Empty && TwoThreads[0].Conflicts.size() == 1 ? 0 : 1);
  }
  unlockFactsInParent(visitTwoThreads);
  int Status;
  ASSERT_EQ(waitpid(Child, &Status, 0), Child);
  EXPECT_TRUE(WIFEXITED(Status));
  EXPECT_EQ(WEXITSTATUS(Status), 0);
  // The parent's are as before, and its locks free.
  EXPECT_EQ(TwoThreads[0].Counts.Updates.get(), 5u);
  recordConflict(TwoThreads[0], conflict(1, 2, 10));
  EXPECT_EQ(sumOf(TwoThreads[0].Conflicts).Count, 2u);
  TwoThreads[0].resetInChild();
}

TEST(StackStore, EqualStacksHaveOneId) {
  const uintptr_t A[] = {10, 20, 30}, B[] = {10, 20, 31};
  uint32_t IdA = putStack(A, 3);
  ASSERT_NE(IdA, 0u);
  EXPECT_EQ(putStack(A, 3), IdA);
  EXPECT_NE(putStack(B, 3), IdA);
  EXPECT_NE(putStack(A, 2), IdA);
  StoredStack Stack = getStack(IdA);
  ASSERT_EQ(Stack.Size, 3u);
  EXPECT_EQ(Stack.Pcs[2], 30u);
  EXPECT_EQ(getStack(0).Size, 0u);
}

TEST(StackStore, AStackIsNotTakenForALongerOneThatBeginsLikeIt) {
  // So many that some pairs share a bucket of the hash table.
  for (uintptr_t I = 0; I != 10000; ++I) {
    const uintptr_t Pcs[] = {100000 + I, 20};
    uint32_t Long = putStack(Pcs, 2), Short = putStack(Pcs, 1);
    ASSERT_EQ(getStack(Long).Size, 2u);
    ASSERT_EQ(getStack(Short).Size, 1u);
  }
}

TEST(StackStore, DeepStacksAreCutAtTheirOuterEnd) {
  std::vector<uintptr_t> Deep(MaxStackDepth + 10);
  for (size_t I = 0; I != Deep.size(); ++I)
    Deep[I] = 1000 + I;
  StoredStack Stack =
      getStack(putStack(Deep.data(), static_cast<uint32_t>(Deep.size())));
  ASSERT_EQ(Stack.Size, MaxStackDepth);
  EXPECT_EQ(Stack.Pcs[0], 1000u);
}

TEST(StackStore, AFullStoreDropsStacks) {
  // In a child, for it stays full.
  pid_t Child = _Fork();
  if (Child == 0) {
    uintptr_t Pcs[MaxStackDepth] = {};
    unsigned Kept = 0;
    while (Kept < 1000000) {
      Pcs[0] = Kept + 1;
      if (!putStack(Pcs, MaxStackDepth))
        break;
      ++Kept;
    }
    Pcs[0] = 1;
    bool StillFound = getStack(putStack(Pcs, MaxStackDepth)).Pcs[0] == 1;
    _exit(Kept > 1000 && Kept < 1000000 && StillFound ? 0 : 1);
  }
  int Status;
  ASSERT_EQ(waitpid(Child, &Status, 0), Child);
  EXPECT_EQ(Status, 0);
}

__attribute__((noinline)) uint32_t captureHere(uintptr_t &Pc) {
  Pc = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  uint32_t Id = captureStack(Pc);
  asm volatile("" ::: "memory"); // No tail call: it would drop this frame.
  return Id;
}

TEST(StackStore, ACapturedStackBeginsAtTheGivenAddress) {
  uintptr_t Pc;
  StoredStack Stack = getStack(captureHere(Pc));
  ASSERT_GT(Stack.Size, 2u);
  EXPECT_EQ(Stack.Pcs[0], Pc);
}

} // namespace
} // namespace stm::rt
