//===- weak/weak_memory_test.cpp - the protocol on a weak memory ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs on the runtime's own code, where loads return whatever C++20 allows
// (memory.h). The checker of check/ judges what was read; plain accesses must
// be ordered. Then the memory orders of rt/MEMORY_ORDER.md are weakened one by
// one, and that must be noticed.
//
//   STM_TEST_HISTORIES=n   so many programs of each kind
//   STM_TEST_SEED=n        the first one's seed
//   STM_TEST_VERBOSE=1     shows how a weakened order was noticed
//
//===----------------------------------------------------------------------===//

#include "locations.h"
#include "programs.h"

#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stm::weak {

namespace {

using check::AloneOnes, check::BesideOnes, check::Blocks, check::Collections,
    check::RollBacks, check::Snapshots, check::Waits;

uint64_t environment(const char *Name, uint64_t Default) {
  const char *Value = getenv(Name);
  return Value ? strtoull(Value, nullptr, 10) : Default;
}

// --- Programs
// -----------------------------------------------------------------

constexpr Program *Updates = random<RollBacks>,
                  *Reading = random < RollBacks | Snapshots >,
                  *Freeing = random < RollBacks | Snapshots | Blocks >,
                  *BeingAlone = random < RollBacks | AloneOnes >,
                  *BeingBeside = random < RollBacks | BesideOnes >,
                  *Waiting = random < RollBacks | AloneOnes | Waits >,
                  *Everything = random < RollBacks | Snapshots | AloneOnes |
                                BesideOnes | Blocks | Collections > ;

struct Named {
  const char *Name;
  Program *Run;
};
void PrintTo(const Named &N, std::ostream *Out) { *Out << N.Name; }

class WeakMemoryTest : public ::testing::TestWithParam<Named> {};

TEST_P(WeakMemoryTest, ShowsNothingWrong) {
  Simulation S;
  uint64_t Most =
      environment("STM_TEST_HISTORIES", getenv("STM_TEST_LONG") ? 6000 : 100);
  uint64_t First = environment("STM_TEST_SEED", 1);
  auto Start = std::chrono::steady_clock::now();
  for (uint64_t Seed = First; Seed != First + Most; ++Seed)
    ASSERT_EQ(GetParam().Run(S, Seed, nullptr), "") << "STM_TEST_SEED=" << Seed;
  double Seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - Start)
          .count();
  printf("%llu programs, %llu loads of something old, %.0f programs a second\n",
         static_cast<unsigned long long>(Most),
         static_cast<unsigned long long>(S.staleLoads()),
         static_cast<double>(Most) / Seconds);
  EXPECT_GT(S.staleLoads(), Most / 8);
}

constexpr Named Programs[] = {
    {"Updates", Updates},
    {"Snapshots", Reading},
    {"Alone", BeingAlone},
    {"Beside", BeingBeside},
    {"Waiting", Waiting},
    {"Everything", Everything},
    {"DirtyRead", dirtyRead},
    {"DirtyReadBeside", dirtyReadBeside},
    {"TwoReads", twoReads},
    {"Privatization", privatization},
    {"PrivatizationUnfenced", privatizationUnfenced},
    {"LazyCommit", lazyCommit},
    {"VouchedFor", vouchedFor},
    {"VouchedForUnfenced", vouchedForUnfenced},
    {"SettledRead", settledRead},
    {"SettledStore", settledStore},
    {"UncheckedAccess", uncheckedAccess},
    {"QuietTime", quietTime},
    {"OneByOne", alone},
    {"Sleepers", sleepers},
    {"Guards", guards},
    {"GoingAlone", goingAlone},
    {"GoingAloneUnfenced", goingAloneUnfenced},
    {"LateGuard", lateGuard},
    {"Waiters", waiters},
    {"WaiterForAnything", waiterForAnything},
    {"WaitersForAlone", waitersForAlone},
    {"Pushes", pushes},
    {"Collections", collections},
    {"HandOver", handOver},
    {"LateSnapshot", lateSnapshot},
    {"PastWalk", pastWalk},
    {"WalkUnderWay", walkUnderWay},
    {"ReusedChunk", reusedChunk},
    {"Turns", turns},
    {"Visitor", visitor},
    {"InterruptingVisitor", interruptingVisitor},
    {"ShortVisitor", shortVisitor},
    {"ShortVisitorUnfenced", shortVisitorUnfenced},
    {"PrivatizingVisitor", privatizingVisitor},
    {"ReadingVisitor", readingVisitor},
    {"PlainBlock", plainBlock},
};
INSTANTIATE_TEST_SUITE_P(Programs, WeakMemoryTest,
                         ::testing::ValuesIn(Programs), [](const auto &Info) {
                           return std::string(Info.param.Name);
                         });

/// What goes wrong first with that rule left out, in \p Most programs.
std::string wrongWithout(rt::Mutation Rule, Program *Run, uint64_t Most,
                         uint64_t First = 1, uint64_t Step = 1) {
  Simulation S;
  rt::ActiveMutation.store(Rule);
  std::string Wrong;
  for (uint64_t I = 0; Wrong.empty() && I != Most; ++I)
    Wrong = Run(S, First + I * Step, nullptr);
  rt::ActiveMutation.store(rt::Mutation::None);
  return Wrong;
}

// Or else nothing is left to it in that program.
TEST(LateQuiescenceTest, IsMissedWhereItIsLeftOut) {
  EXPECT_NE(wrongWithout(rt::Mutation::QuiescenceForgotten, lazyCommit, 1000),
            "");
}

// Only a memory that is late with stores shows it.
TEST(UnfencedTest, AMissingFenceIsNoticed) {
  EXPECT_NE(wrongWithout(rt::Mutation::NeverFenced, privatizationUnfenced,
                         10000, /*First=*/2, /*Step=*/2),
            "");
}

TEST(SettledStoreTest, AMissingStampIsNoticed) {
  EXPECT_NE(wrongWithout(rt::Mutation::Unstamped, settledStore, 10000), "");
}

TEST(VouchingTest, ALateNoteIsNoticed) {
  EXPECT_NE(wrongWithout(rt::Mutation::NotedLate, vouchedFor, 100000), "");
}

// --- Weakened ----------------------------------------------------------------

constexpr Order Rlx = Order::Relaxed, Acq = Order::Acquire,
                Rel = Order::Release, AcqRel = Order::AcqRel,
                Sc = Order::SeqCst;

struct Row {
  Program *Run;
  const char *Name; ///< Its number in rt/MEMORY_ORDER.md, and what is weaker.
  bool (*Is)(uintptr_t);
  Kind What;
  Order From, To;
  bool TakesLong = false; ///< Hundreds of programs that are slow.
};

void PrintTo(const Row &R, std::ostream *Out) { *Out << R.Name; }

constexpr Row Rows[] = {
    {dirtyReadBeside, "1_store_of_data", isWord, Kind::Store, Rel, Rlx},
    {dirtyRead, "2_load_of_data", isWord, Kind::Load, Acq, Rlx},
    {Everything, "4_load_of_word", isOrecWord, Kind::Load, Acq, Rlx},
    {Everything, "5_unlock", isOrecWord, Kind::Store, Rel, Rlx},
    {settledRead, "2_load_of_data_by_plain_code", isWord, Kind::Load, Sc, Rlx},
    {twoReads, "6_clock_advance", isClock, Kind::Update, Sc, Rlx},
    {twoReads, "6_clock_advance_releases", isClock, Kind::Update, Sc, Acq},
    {twoReads, "7_clock_load", isClock, Kind::Load, Acq, Rlx},
    {Everything, "8_fence_at_begin", isBusySlot, Kind::Fence, Sc, Rlx},
    {readingVisitor, "8b_flag_lowered", isSeveralThreads, Kind::Store, Rel,
     Rlx},
    {readingVisitor, "8b_flag_load", isSeveralThreads, Kind::Load, Acq, Rlx},
    {privatizingVisitor, "8b_membarrier", isAnything, Kind::Barrier, Sc, Rlx},
    {privatizationUnfenced, "8_fence_at_first_read", isReadSet, Kind::Fence, Sc,
     Rlx},
    {privatizationUnfenced, "8_fence_after_first_lock", isWriterNote,
     Kind::Fence, Sc, Rlx},
    {goingAloneUnfenced, "12_flag_load_after_begin", isExclusiveFlag,
     Kind::Load, Acq, Rlx},
    {goingAloneUnfenced, "28_flag_lowered_for_all", isGuardsFlag, Kind::Store,
     Rel, Rlx},
    {Everything, "9_slot_load", isSlot, Kind::Load, Acq, Rlx},
    {Everything, "10_slot_store", isSlot, Kind::Store, Rel, Rlx},
    {lazyCommit, "8_fence_at_begin_before_late_look", isBusySlot, Kind::Fence,
     Sc, Rlx},
    {lazyCommit, "9_slot_load_of_late_look", isSlot, Kind::Load, Acq, Rlx},
    {vouchedFor, "37_membarrier", isAnything, Kind::Barrier, Sc, Rlx},
    {lazyCommit, "10_slot_store_before_late_look", isSlot, Kind::Store, Rel,
     Rlx},
    {goingAlone, "11_fence_after_flag", isExclusiveFlag, Kind::Fence, Sc, Rlx},
    {Everything, "12_flag_load", isExclusiveFlag, Kind::Load, Acq, Rlx},
    {visitor, "13_list_store", isListHead, Kind::Store, Rel, Rlx},
    {visitor, "13_list_load", isListHead, Kind::Load, Acq, Rlx},
    {alone, "14_token", isToken, Kind::Update, Acq, Rlx},
    {Everything, "15_flag_lowered", isExclusiveFlag, Kind::Store, Rel, Rlx},
    {alone, "15_token_dropped", isToken, Kind::Store, Rel, Rlx},
    {lateSnapshot, "16_fence_after_announcing", isVersioning, Kind::Fence, Sc,
     Rlx},
    {handOver, "16_fence_after_clock", isClock, Kind::Fence, Sc, Rlx},
    {Freeing, "16_count_lowered", isVersioning, Kind::Update, Rel, Rlx},
    {Freeing, "16_count_load", isVersioning, Kind::Load, Acq, Rlx},
    {collections, "17_reader_slot_store", isReaderSlot, Kind::Store, Rel, Rlx},
    {collections, "17_reader_slot_load", isReaderSlot, Kind::Load, Acq, Rlx},
    {pastWalk, "20_walk_left", isWalks, Kind::Store, Rel, Rlx},
    {pastWalk, "20_walks_load", isWalks, Kind::Load, Acq, Rlx},
    {walkUnderWay, "20_membarrier", isAnything, Kind::Barrier, Sc, Rlx},
    {collections, "21_link_store", isLink, Kind::Store, Rel, Rlx},
    {collections, "21_link_load", isLink, Kind::Load, Acq, Rlx},
    {Everything, "22_head_store", isChainHead, Kind::Store, Rel, Rlx},
    {Everything, "22_head_load", isChainHead, Kind::Load, Acq, Rlx},
    {reusedChunk, "23_fence_before_bound", isOfRetirement, Kind::Fence, Sc, Rlx,
     /*TakesLong=*/true},
    {waiters, "24_fence_of_waiter", isOfWaiter, Kind::Fence, Sc, Rlx},
    {waiterForAnything, "24_fence_of_commit", isClock, Kind::Fence, Sc, Rlx},
    {waitersForAlone, "24_fence_of_waiter_for_alone", isOfWaiter, Kind::Fence,
     Sc, Rlx},
    {waitersForAlone, "24_fence_of_period", isPeriods, Kind::Fence, Sc, Rlx},
    {lateGuard, "26_fence_after_guard", isGuard, Kind::Fence, Sc, Rlx},
    {BeingBeside, "27_fence_after_lock", isWriterNote, Kind::Fence, Sc, Rlx},
    {guards, "27_flag_load", isGuardsFlag, Kind::Load, Acq, Rlx},
    {guards, "27_guard_load", isGuard, Kind::Load, Acq, Rlx},
    {guards, "28_guard_cleared", isGuard, Kind::Update, Rel, Rlx},
    {guards, "28_flag_lowered", isGuardsFlag, Kind::Store, Rel, Rlx},
    {quietTime, "29_time_store", isQuietTime, Kind::Store, Rel, Rlx},
    {quietTime, "29_time_load", isQuietTime, Kind::Load, Acq, Rlx},
    {interruptingVisitor, "30_membarrier", isAnything, Kind::Barrier, Sc, Rlx},
    {interruptingVisitor, "31_step_over", isInLoneStep, Kind::Store, Rel, Rlx},
    {shortVisitor, "32_lone_load", isLoneFlag, Kind::Load, Acq, Rlx},
    {plainBlock, "32_lone_store", isLoneFlag, Kind::Store, Rel, Rlx},
    {turns, "33_turn_store", isTurn, Kind::Store, Rel, Rlx},
    {turns, "33_turn_load", isTurn, Kind::Load, Acq, Rlx},
    {sleepers, "34_epoch_advance", isEpoch, Kind::Update, Sc, Rlx},
    {sleepers, "34_epoch_load", isEpoch, Kind::Load, Sc, Rlx},
    {sleepers, "34_sleepers_add", isSleepers, Kind::Update, Sc, Rlx},
    {sleepers, "34_sleepers_load", isSleepers, Kind::Load, Sc, Rlx},
    {plainBlock, "35_block_over", isInPlainBlock, Kind::Store, Rel, Rlx},
    {plainBlock, "35_block_load", isInPlainBlock, Kind::Load, Acq, Rlx},
    {plainBlock, "36_lone_load", isLoneFlag, Kind::Load, Acq, Rlx},
    {plainBlock, "36_membarrier", isAnything, Kind::Barrier, Sc, Rlx},
    {settledStore, "39_fence_after_stamp", isWriterNote, Kind::Fence, Sc, Rlx},
    {uncheckedAccess, "40_fence_after_flag", isUncheckedSince, Kind::Fence, Sc,
     Rlx},
};

/// What others make needless: why, stands there.
constexpr Row Needless[] = {
    {Updates, "3_lock", isOrecWord, Kind::Update, AcqRel, Rlx},
    {Everything, "3_lock_of_any", isOrecWord, Kind::Update, AcqRel, Rlx},
    {pushes, "18_status_update", isStatus, Kind::Update, AcqRel, Rlx},
    {collections, "18_status_update_seen_by_collector", isStatus, Kind::Update,
     AcqRel, Rlx},
    {pushes, "19_status_load", isStatus, Kind::Load, Acq, Rlx},
    {collections, "19_status_load_of_collector", isStatus, Kind::Load, Acq,
     Rlx},
    {waiters, "24_versioning_raised", isVersioning, Kind::Update, Sc, Rlx},
    {waiters, "24_versioning_load", isVersioning, Kind::Load, Acq, Rlx},
    {waitersForAlone, "24_count_advance", isPeriods, Kind::Update, Sc, Rlx},
    {waitersForAlone, "24_count_load", isPeriods, Kind::Load, Acq, Rlx},
    {waiters, "25_state_store", isWaitersState, Kind::Store, Rel, Rlx},
    {waiters, "25_state_load", isWaitersState, Kind::Load, Acq, Rlx},
    {BeingBeside, "26_guard_set", isGuard, Kind::Update, Sc, Rlx},
    {BeingBeside, "26_flag_raised", isGuardsFlag, Kind::Store, Sc, Rlx},
    {interruptingVisitor, "31_step_load", isInLoneStep, Kind::Load, Acq, Rlx},
    {shortVisitor, "32_lone_store_for_attempts", isLoneFlag, Kind::Store, Rel,
     Rlx},
    {shortVisitorUnfenced, "32_lone_store_for_unfenced_attempts", isLoneFlag,
     Kind::Store, Rel, Rlx},
    {vouchedFor, "38_reads_kept", isKeepsReads, Kind::Store, Rel, Rlx},
    {vouchedForUnfenced, "38_reads_kept_unfenced", isKeepsReads, Kind::Store,
     Rel, Rlx},
    {vouchedFor, "38_reads_kept_load", isKeepsReads, Kind::Load, Acq, Rlx},
    {plainBlock, "11_flag_of_a_block", isExclusiveFlag, Kind::Store, Sc, Rlx},
};

class WeakenedTest : public ::testing::TestWithParam<Row> {};

struct Noticed {
  bool Was;
  unsigned long long Programs, Times;
  bool ByCrash;
};

/// In a process of its own: what goes wrong may end it.
Noticed runWeakened(const Row &R, uint64_t Most) {
  int Pipe[2];
  if (pipe(Pipe) != 0)
    abort();
  pid_t Child = fork();
  if (!Child) {
    Simulation S;
    Weakening W = {R.Is, R.What, R.From, R.To};
    std::string Wrong;
    for (uint64_t Seed = 1; Wrong.empty() && Seed <= Most; ++Seed) {
      dprintf(Pipe[1], "%llu %llu\n", static_cast<unsigned long long>(Seed),
              static_cast<unsigned long long>(W.Times));
      Wrong = R.Run(S, Seed, &W);
    }
    if (getenv("STM_TEST_VERBOSE"))
      printf("%s", Wrong.c_str());
    fflush(stdout);
    _exit(Wrong.empty() ? 0 : 1);
  }
  close(Pipe[1]);
  FILE *Said = fdopen(Pipe[0], "r");
  Noticed N = {};
  while (fscanf(Said, "%llu %llu", &N.Programs, &N.Times) == 2) {
  }
  fclose(Said);
  int Status = 0;
  waitpid(Child, &Status, 0);
  N.Was = Status != 0;
  N.ByCrash = WIFSIGNALED(Status);
  return N;
}

TEST_P(WeakenedTest, IsNoticed) {
  if (GetParam().TakesLong && !getenv("STM_TEST_LONG"))
    GTEST_SKIP() << "takes long: STM_TEST_LONG=1";
  Noticed N = runWeakened(GetParam(), environment("STM_TEST_HISTORIES", 50000));
  EXPECT_TRUE(N.Was) << GetParam().Name << " in " << N.Programs
                     << " programs; weakened " << N.Times << " times";
  if (N.Was)
    printf("weakened, %s: noticed after %llu programs%s\n", GetParam().Name,
           N.Programs, N.ByCrash ? ", by a crash" : "");
}

INSTANTIATE_TEST_SUITE_P(Order, WeakenedTest, ::testing::ValuesIn(Rows),
                         [](const auto &Info) {
                           return "No" + std::string(Info.param.Name);
                         });

class NeedlessTest : public ::testing::TestWithParam<Row> {};

/// Or else what rt/MEMORY_ORDER.md says of it is wrong.
TEST_P(NeedlessTest, IsNotNoticed) {
  if (!getenv("STM_TEST_LONG"))
    GTEST_SKIP() << "shows something after many programs only: STM_TEST_LONG=1";
  Noticed N = runWeakened(GetParam(), environment("STM_TEST_HISTORIES", 10000));
  EXPECT_FALSE(N.Was) << GetParam().Name << " after " << N.Programs
                      << " programs" << (N.ByCrash ? ", by a crash" : "");
  EXPECT_GT(N.Times, N.Programs / 16);
}

INSTANTIATE_TEST_SUITE_P(Tried, NeedlessTest, ::testing::ValuesIn(Needless),
                         [](const auto &Info) {
                           return std::string(Info.param.Name);
                         });

} // namespace

} // namespace stm::weak
