//===- rt/version_facts_test.cpp - what pins versions, as it is noted -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx_testing.h"

#include "base/options.h"
#include "gc/history.h"
#include "gc/statistics.h"
#include "report/merge.h"

#include <cstring>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace stm::rt::testing {

namespace {

const stm_site Audit = {"audit", "bank.cpp", 12};
const stm_site Later = {"later", "bank.cpp", 40};

template <class F> void inSnapshotOf(const stm_site &Site, F &&Body) {
  auto Run = [](void *Arg) {
    (*static_cast<std::remove_reference_t<F> *>(Arg))();
  };
  rt::Body Function = Run;
  runSnapshot(Function, Function,
              const_cast<void *>(static_cast<const void *>(&Body)), &Site);
}

uint32_t threadId() { return static_cast<uint32_t>(gettid()); }

VersionFacts facts() {
  VersionFacts Facts{};
  getVersionFacts(Facts);
  return Facts;
}

/// Makes versions until \p Enough() says so, of so many stripes that what a
/// snapshot may read of them takes some megabytes.
template <class F> void writeUntil(F Enough) {
  constexpr unsigned Cells = 1 << 16;
  static Cell Values[Cells];
  for (unsigned I = 0; I % 1024 || !Enough(); ++I)
    atomically([&] {
      Cell &C = Values[I % Cells];
      write(C.Value, read(C.Value) + 1);
    });
}

class VersionFactsTest : public ::testing::Test {
protected:
  void SetUp() override {
    stm_collect(2);
    resetGcStatisticsInChild();
  }
  void TearDown() override { options(""); }

  static void options(const char *Text) {
    resetOptionsForTesting();
    initOptions(Text);
  }
};

TEST_F(VersionFactsTest, ARunningSnapshotHasItsBlockAndThread) {
  // As stm.hpp has it: on the stack.
  auto Site = std::make_unique<stm_site>(Audit);
  inSnapshotOf(*Site, [&] {
    VersionFacts Facts = facts();
    ASSERT_EQ(Facts.RunningCount, 1u);
    EXPECT_STREQ(Facts.Running[0].Block.name, "audit");
    EXPECT_EQ(Facts.Running[0].Block.line, 12u);
    EXPECT_EQ(Facts.Running[0].Thread, threadId());
    EXPECT_FALSE(Facts.Running[0].IsEnded);
    EXPECT_EQ(Facts.OldestTicks, Facts.Running[0].Ticks);
    EXPECT_LT(Facts.Running[0].Ticks, facts().Running[0].Ticks);
  });
  Site.reset();
  EXPECT_EQ(facts().RunningCount, 0u);
  EXPECT_EQ(facts().OldestTicks, 0u);
}

TEST_F(VersionFactsTest, RunningSnapshotsAreInTheOrderOfTheirAge) {
  constexpr unsigned Count = VersionFacts::MaxRunning + 2;
  Steps At;
  std::vector<std::thread> Threads;
  for (unsigned I = 0; I != Count; ++I)
    Threads.emplace_back([&, I] {
      At.await(static_cast<int>(I));
      const stm_site Site = {nullptr, "order.cpp", I + 1};
      inSnapshotOf(Site, [&] {
        At.reach(static_cast<int>(I) + 1);
        At.await(Count + 1);
      });
    });
  At.await(Count);
  VersionFacts Facts = facts();
  EXPECT_EQ(Facts.RunningCount, Count);
  for (unsigned I = 0; I != VersionFacts::MaxRunning; ++I)
    EXPECT_EQ(Facts.Running[I].Block.line, I + 1);
  At.reach(Count + 1);
  for (std::thread &T : Threads)
    T.join();
}

TEST_F(VersionFactsTest, TheLongestSnapshotIsRemembered) {
  uint64_t Ran = 0;
  auto RunFor = [&](const stm_site &Site, uint64_t Ticks) {
    inSnapshotOf(Site, [&] {
      uint64_t Began = arch::ticks();
      while ((Ran = arch::ticks() - Began) < Ticks)
        arch::pause();
    });
  };
  RunFor(Later, 1000);
  uint64_t First = facts().Longest.Ticks;
  EXPECT_GE(First, Ran);
  EXPECT_STREQ(facts().Longest.Block.name, "later");
  RunFor(Audit, 2 * First);
  VersionFacts Facts = facts();
  EXPECT_GE(Facts.Longest.Ticks, Ran);
  EXPECT_STREQ(Facts.Longest.Block.name, "audit");
  EXPECT_EQ(Facts.Longest.Thread, threadId());

  // What is shorter changes nothing; a machine that is busy may stretch it.
  uint64_t Began = arch::ticks();
  inSnapshotOf(Later, [] {});
  if (arch::ticks() - Began < Facts.Longest.Ticks) {
    EXPECT_EQ(facts().Longest.Ticks, Facts.Longest.Ticks);
    EXPECT_STREQ(facts().Longest.Block.name, "audit");
  }
}

/// Runs \p Body while a snapshot of \p Site is open in another thread, whose id
/// it is told.
template <class F> void besideSnapshot(const stm_site &Site, F Body) {
  Steps At;
  uint32_t Thread = 0;
  std::thread Reader([&] {
    Thread = threadId();
    inSnapshotOf(Site, [&] {
      At.reach(1);
      At.await(2);
    });
  });
  At.await(1);
  Body(Thread);
  At.reach(2);
  Reader.join();
}

TEST_F(VersionFactsTest, TheMostThatWasHeldIsForTheOldestSnapshot) {
  uint64_t Held = 0;
  besideSnapshot(Audit, [&](uint32_t Thread) {
    besideSnapshot(Later, [&](uint32_t) {
      writeUntil([] { return facts().heldBytes() > (512u << 10); });
    });
    VersionFacts Facts = facts();
    Held = Facts.heldBytes();
    EXPECT_GE(Facts.MostBytes, Held);
    EXPECT_STREQ(Facts.OldestAtMost.Block.name, "audit");
    EXPECT_EQ(Facts.OldestAtMost.Thread, Thread);
    EXPECT_LE(Facts.OldestAtMost.Ticks, Facts.Running[0].Ticks);
  });
  stm_collect(2);
  VersionFacts After = facts();
  EXPECT_EQ(After.heldBytes(), 0u);
  EXPECT_GE(After.MostBytes, Held);
  EXPECT_STREQ(After.OldestAtMost.Block.name, "audit");
  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT_EQ(Stats.version_bytes_peak, After.MostBytes);
  EXPECT_GT(Stats.longest_snapshot_ns, 0u);
}

TEST_F(VersionFactsTest, ASnapshotOverTheLimitIsNotedAndToldAsAConflict) {
  // Nothing is promoted before the limit is reached.
  options("memory_limit_mb=1:gc_promote_after_kb=1000000");
  static Cell X;
  Steps At;
  unsigned Attempts = 0;
  uint32_t Thread = 0;
  std::thread Reader([&] {
    Thread = threadId();
    inSnapshotOf(Audit, [&] {
      ++Attempts;
      read(X.Value);
      At.reach(1);
      At.await(2);
      read(X.Value);
    });
  });
  At.await(1);
  writeUntil([] {
    VersionFacts Now = facts();
    return Now.Ended || Now.heldBytes() > (64u << 20);
  });
  atomically([&] { write(X.Value, 1); });
  VersionFacts Facts = facts();
  At.reach(2);
  Reader.join();

  EXPECT_EQ(Facts.RunningCount, 1u);
  EXPECT_TRUE(Facts.Running[0].IsEnded);
  ASSERT_EQ(Facts.EndedBlockCount, 1u);
  EXPECT_STREQ(Facts.EndedBlocks[0].Block.name, "audit");
  EXPECT_EQ(Facts.EndedBlocks[0].Count, 1u);
  EXPECT_EQ(Facts.EndedBlocks[0].Thread, Thread);
  EXPECT_GT(Facts.EndedBlocks[0].MostBytes, 1u << 20);
  EXPECT_EQ(Attempts, 2u);
  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT_EQ(Stats.snapshots_over_limit, 1u);

  MergedFacts Merged(visitAllFacts);
  unsigned Told = 0;
  Merged.Conflicts.forEach([&](const ConflictEntry &Entry) {
    Told += Entry.Key.Kind == ConflictKind::MemoryLimit &&
            Entry.Key.Block.name == Audit.name;
  });
  EXPECT_EQ(Told, 1u);
}

TEST_F(VersionFactsTest, TheReportOnDemandNamesTheRunningSnapshot) {
  options("report=full");
  ::testing::internal::CaptureStderr();
  inSnapshotOf(Audit, [] { stm_print_report(); });
  std::string Text = ::testing::internal::GetCapturedStderr();
  std::string Line =
      ": \"audit\" (thread id " + std::to_string(threadId()) + ")\n";
  size_t List = Text.find("running snapshots, oldest first");
  ASSERT_NE(List, std::string::npos) << Text;
  EXPECT_NE(Text.find(Line, List), std::string::npos) << Text;
}

TEST_F(VersionFactsTest, BlocksThatWereEndedAreMergedByTheirText) {
  static char Name[] = "audit";
  noteEndedSnapshot(Audit, 1, 10);
  noteEndedSnapshot({Name, "bank.cpp", 12}, 2, 5);
  noteEndedSnapshot(Later, 3, 7);
  VersionFacts Facts = facts();
  ASSERT_EQ(Facts.EndedBlockCount, 2u);
  EXPECT_EQ(Facts.EndedBlocks[0].Count, 2u);
  EXPECT_EQ(Facts.EndedBlocks[0].MostBytes, 10u);
  EXPECT_EQ(Facts.EndedBlocks[0].Thread, 2u); // The newest.
  for (uint32_t I = 0; I != 2 * VersionFacts::MaxEnded; ++I)
    noteEndedSnapshot({"many", "many.cpp", I}, 4, 1);
  EXPECT_EQ(facts().EndedBlockCount, VersionFacts::MaxEnded);
}

TEST_F(VersionFactsTest, PausesAreCountedByTheirLogarithm) {
  for (uint64_t Ticks : {0u, 1u, 2u, 3u, 4u, 7u, 8u})
    notePause(Ticks);
  VersionFacts Facts = facts();
  EXPECT_EQ(Facts.Pauses[0], 1u);
  EXPECT_EQ(Facts.Pauses[1], 1u);
  EXPECT_EQ(Facts.Pauses[2], 2u);
  EXPECT_EQ(Facts.Pauses[3], 2u);
  EXPECT_EQ(Facts.Pauses[4], 1u);
  EXPECT_EQ(Facts.LongestPauseTicks, 8u);
}

TEST_F(VersionFactsTest, AForkedChildHasItsOwnHistoryAndThread) {
  inSnapshotOf(Audit, [] {});
  noteEndedSnapshot(Audit, 1, 10);
  ASSERT_GT(facts().Longest.Ticks, 0u);
  pid_t Child = fork();
  if (Child == 0) {
    VersionFacts Facts = facts();
    bool Empty =
        !Facts.Longest.Ticks && !Facts.EndedBlockCount && !Facts.MostBytes;
    bool IsMine = false;
    inSnapshotOf(Later, [&] {
      VersionFacts Now = facts();
      IsMine = Now.RunningCount == 1 && Now.Running[0].Thread == threadId();
    });
    bool Again = strcmp(facts().Longest.Block.name, "later") == 0;
    _exit(Empty && IsMine && Again ? 0 : 1);
  }
  int Status;
  ASSERT_EQ(waitpid(Child, &Status, 0), Child);
  EXPECT_TRUE(WIFEXITED(Status));
  EXPECT_EQ(WEXITSTATUS(Status), 0);
  EXPECT_EQ(facts().EndedBlockCount, 1u);
}

} // namespace

} // namespace stm::rt::testing
