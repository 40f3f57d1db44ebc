//===- check/schedules_test.cpp - all orders of steps, and random ones ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two threads, two cells: every order of steps with so many preemptions. More
// of everything: random ones, each from a seed. The checker judges what was
// read, and what was rolled back must have had a reason.
//
//   STM_TEST_PREEMPTIONS=n   the most in an order
//   STM_TEST_HISTORIES=n     so many random ones
//   STM_TEST_SEED=n          the first one's seed
//   STM_TEST_SCHEDULE=a:b,…  only the first one, with these preemptions: at
//   step
//                            a of the run thread b goes on. A failure says
//                            which.
//   STM_TEST_MUTATION=Name   a rule of the protocol is left out
//
//===----------------------------------------------------------------------===//

#include "checker.h"
#include "run_scheduled.h"

#include "../totals.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>

namespace stm::check {

namespace {

uint64_t environment(const char *Name, uint64_t Default) {
  const char *Value = getenv(Name);
  return Value ? strtoull(Value, nullptr, 10) : Default;
}

class SchedulesTest : public ::testing::Test {
protected:
  SchedulesTest() {
    if (const char *Name = getenv("STM_TEST_MUTATION")) {
#define STM_MUTATION_NAMED(M)                                                  \
  if (!strcmp(Name, #M))                                                       \
    rt::ActiveMutation.store(rt::Mutation::M);
      STM_MUTATIONS(STM_MUTATION_NAMED)
#undef STM_MUTATION_NAMED
    }
  }

  /// Runs it once. False, and said how to repeat it: something is wrong.
  bool isGood(const Plan &Threads, const Program &P,
              const Scheduler::Decision &Decide) {
    History H = Runs.run(Threads, P, Decide);
    ++Ran;
    for (const Attempt &A : H.Attempts) {
      ++Attempts;
      Committed += A.Committed;
    }
    --Attempts; // The final state isn't one.
    --Committed;
    Verdict V = check(H);
    std::string Needless;
    if (!(P.Features & (Blocks | Collections)))
      Needless = findNeedlessAborts(Threads, H, P.InevitableAfter);
    if (V.IsOpaque && Needless.empty())
      return true;
    ADD_FAILURE() << "STM_TEST_SEED=" << P.Seed << " STM_TEST_SCHEDULE="
                  << toText(Runs.scheduler().preemptions()) << ": "
                  << (!V.IsStrictlySerializable ? "not serializable\n"
                      : !V.IsOpaque             ? "not opaque\n"
                                                : "")
                  << V.Why << Needless << "the program:\n"
                  << toText(Threads) << "the schedule:\n"
                  << Runs.scheduler().story() << "the history:\n"
                  << toText(H);
    return false;
  }

  /// Follows \p S.
  static Scheduler::Decision following(const Script &S) {
    return [&S, Next = size_t{0}](unsigned Step, unsigned Running,
                                  unsigned) mutable {
      while (Next != S.size() && S[Next].Step < Step)
        ++Next;
      return Next != S.size() && S[Next].Step == Step ? S[Next].Thread
                                                      : Running;
    };
  }

  /// \p S, and all that begin with it and have up to \p More preemptions more.
  bool areGoodFrom(const Plan &Threads, const Program &P, const Script &S,
                   unsigned More) {
    struct Place {
      unsigned Step, Running, Others;
    };
    std::vector<Place> Places;
    auto Follow = following(S);
    unsigned Last = S.empty() ? 0 : S.back().Step;
    auto Decide = [&](unsigned Step, unsigned Running, unsigned Others) {
      if (Step > Last)
        Places.push_back({Step, Running, Others});
      return Follow(Step, Running, Others);
    };
    if (!isGood(Threads, P, Decide))
      return false;
    if (!More)
      return true;
    for (const Place &At : Places)
      for (unsigned T = 0; T != Threads.size(); ++T) {
        if (!(At.Others & 1u << T))
          continue;
        Script Longer = S;
        Longer.push_back({At.Step, T});
        if (!areGoodFrom(Threads, P, Longer, More - 1))
          return false;
      }
    return true;
  }

  void report(const char *What, const char *Total = "schedules") {
    double Seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - Start)
            .count();
    printf("%s: %llu schedules of %llu attempts, %.0f a second\n", What,
           static_cast<unsigned long long>(Ran),
           static_cast<unsigned long long>(Attempts), Ran / Seconds);
    addToTotals(Total, Ran);
    addToTotals("transactions", Committed);
  }

  ScheduledRuns Runs;
  uint64_t Ran = 0, Attempts = 0, Committed = 0;
  std::chrono::steady_clock::time_point Start =
      std::chrono::steady_clock::now();
};

Transaction make(Transaction::Kind How, std::initializer_list<Step> Steps) {
  Transaction T;
  T.How = How;
  T.RollBacks = 1;
  for (const Step &S : Steps)
    T.Steps[T.Count++] = S;
  return T;
}

constexpr Step ReadA = {Step::Read, Alone}, ReadB = {Step::Read, U64},
               ChangeA = {Step::Change, Alone}, ChangeB = {Step::Change, U64},
               LockedA = {Step::ChangeLocked, Alone},
               GoAlone = {Step::GoAlone, 0}, GoBeside = {Step::GoBeside, 0},
               RollBack = {Step::RollBack, 0}, AwaitA = {Step::Await, Alone},
               AwaitLockedA = {Step::AwaitLocked, Alone},
               ChooseB = {Step::Choose, U64}, CancelB = {Step::Cancel, U64};

constexpr size_t Essence = 8;
/// What one thread does, of two cells. The first ones are the essence.
const std::vector<Transaction> &shortTransactions() {
  static const std::vector<Transaction> All = {
      make(Transaction::Update, {ReadA, ChangeB}),
      make(Transaction::Update, {ReadB, ChangeA}),
      make(Transaction::Update, {ChangeA, ChangeB}),
      make(Transaction::Snapshot, {ReadA, ReadB}),
      make(Transaction::ReadOnly, {ReadA, ReadB}),
      make(Transaction::Update, {ChangeA, GoAlone, ReadB}),
      make(Transaction::Update, {ReadA, GoBeside, ChangeB}),
      make(Transaction::Update, {ChangeA, RollBack, ChangeB}),
      make(Transaction::Update, {ChangeB, ChangeA}),
      make(Transaction::Update, {LockedA, ReadB}),
      make(Transaction::Update, {ReadA, ReadB}),
      make(Transaction::Snapshot, {ReadB, ReadA}),
      make(Transaction::ReadOnly, {ReadB, ReadA}),
      make(Transaction::Update, {ReadB, GoAlone, ChangeA}),
      make(Transaction::Update, {ChangeA, GoBeside, ReadB}),
      make(Transaction::Update, {ReadA, ChangeA}),
  };
  return All;
}

Program plain(uint64_t Seed, unsigned Features) {
  Program P(Seed, Features);
  P.Quiesces = true;
  P.InevitableAfter = 50;
  P.CollectsEagerly = false;
  return P;
}

TEST_F(SchedulesTest, AllOfTwoThreadsAndTwoCellsAreOpaque) {
  bool IsLong = getenv("STM_TEST_LONG");
  unsigned Most = static_cast<unsigned>(
      environment("STM_TEST_PREEMPTIONS", IsLong ? 4 : 2));
  const std::vector<Transaction> &All = shortTransactions();
  const char *Only = getenv("STM_TEST_SCHEDULE");
  uint64_t First = environment("STM_TEST_SEED", 0);
  for (size_t I = 0; I != All.size(); ++I)
    for (size_t J = 0; J != All.size(); ++J) {
      uint64_t Seed = I * All.size() + J;
      Plan Threads = {{All[I]}, {All[J]}};
      Program P = plain(Seed, 0);
      if (Only) {
        if (Seed == First)
          isGood(Threads, P, following(parseScript(Only)));
        continue;
      }
      unsigned More = Most + (IsLong && I < Essence && J < Essence);
      if (!areGoodFrom(Threads, P, {}, More))
        return;
    }
  report("two threads");
}

/// What waits for A, or has an inner block that is undone.
const std::vector<Transaction> &waitingTransactions() {
  static const std::vector<Transaction> All = {
      make(Transaction::Update, {AwaitA, ChangeB}),
      make(Transaction::Update, {ReadB, AwaitA}),
      make(Transaction::Update, {AwaitLockedA, ReadB}),
      make(Transaction::ReadOnly, {AwaitA, ReadB}),
      make(Transaction::Snapshot, {ReadB, AwaitA}),
      make(Transaction::Update, {ChooseB, ReadB}),
      make(Transaction::Update, {ChangeB, ChooseB, AwaitA}),
      make(Transaction::Update, {CancelB, ReadB, AwaitA}),
  };
  return All;
}

// The other one changes A at last: who waits must be woken by that.
TEST_F(SchedulesTest, AllOfTwoThreadsOneOfWhichWaitsAreOpaque) {
  bool IsLong = getenv("STM_TEST_LONG");
  unsigned Most = static_cast<unsigned>(
      environment("STM_TEST_PREEMPTIONS", IsLong ? 4 : 2));
  const std::vector<Transaction> &Waiting = waitingTransactions();
  const std::vector<Transaction> &Others = shortTransactions();
  const char *Only = getenv("STM_TEST_SCHEDULE");
  uint64_t First = environment("STM_TEST_SEED", 0);
  constexpr uint64_t FirstSeed = 1000;
  for (size_t I = 0; I != Waiting.size(); ++I)
    for (size_t J = 0; J != (IsLong ? Others.size() : Essence); ++J) {
      uint64_t Seed = FirstSeed + I * Others.size() + J;
      // Alone it changes no ownership record.
      Transaction Last = J % 2 ? make(Transaction::Update, {GoAlone, ChangeA})
                               : make(Transaction::Update, {ChangeA});
      Plan Threads = {{Waiting[I]}, {Others[J], Last}};
      Program P = plain(Seed, Waits);
      if (Only) {
        if (Seed == First)
          isGood(Threads, P, following(parseScript(Only)));
        continue;
      }
      if (!areGoodFrom(Threads, P, {}, Most))
        return;
    }
  report("one waits");
}

TEST_F(SchedulesTest, RandomOnesAreOpaque) {
  uint64_t Most = environment("STM_TEST_HISTORIES",
                              getenv("STM_TEST_LONG") ? 600000 : 2000);
  uint64_t First = environment("STM_TEST_SEED", 1);
  constexpr unsigned Kinds[] = {RollBacks,
                                RollBacks | Snapshots,
                                RollBacks | Snapshots | AloneOnes | BesideOnes,
                                RollBacks | Snapshots | AloneOnes | BesideOnes |
                                    Blocks | Collections,
                                RollBacks | Snapshots | Waits,
                                RollBacks | Snapshots | AloneOnes | BesideOnes |
                                    Blocks | Collections | Waits};
  for (uint64_t Seed = First; Seed != First + Most; ++Seed) {
    Program P(Seed, Kinds[Seed % std::size(Kinds)]);
    P.Transactions = 1 + P.Transactions % 4;
    P.InevitableAfter = std::min(P.InevitableAfter, 50u);
    Plan Threads = planOf(P);
    if (const char *Only = getenv("STM_TEST_SCHEDULE")) {
      isGood(Threads, P, following(parseScript(Only)));
      return;
    }
    Random R(~Seed);
    uint32_t Rarely = 2u << R.below(5);
    auto Decide = [&](unsigned, unsigned Running, unsigned Others) {
      if (!R.oneIn(Rarely))
        return Running;
      unsigned Nth = R.below(static_cast<uint32_t>(Threads.size()));
      return Others & 1u << Nth ? Nth : Running;
    };
    if (!isGood(Threads, P, Decide))
      return;
  }
  report("random", "histories");
}

TEST_F(SchedulesTest, TheSameScriptGivesTheSameHistory) {
  Program P = plain(5, RollBacks | Snapshots | BesideOnes);
  Plan Threads = planOf(P);
  Random R(7);
  History First = Runs.run(Threads, P, [&](unsigned, unsigned, unsigned) {
    return R.below(MostThreads);
  });
  Script Was = Runs.scheduler().preemptions();
  ASSERT_GT(Was.size(), 10u);
  unsigned Steps = Runs.scheduler().steps();
  Script Again = parseScript(toText(Was).c_str());
  History Second = Runs.run(Threads, P, following(Again));
  EXPECT_EQ(toText(Runs.scheduler().preemptions()), toText(Was));
  EXPECT_EQ(Runs.scheduler().steps(), Steps);
  EXPECT_EQ(toText(First), toText(Second));
}

TEST(NeedlessAbortsTest, OnlyWhatMetAWriterMayBeRolledBack) {
  // Thread 0 reads A in vain, then again; thread 1 changes a cell meanwhile.
  auto Said = [](const Step &Other, Ticket OthersBegin,
                 unsigned InevitableAfter = 1000) {
    Plan Threads = {{make(Transaction::Update, {ReadA})},
                    {make(Transaction::Update, {Other})}};
    History H;
    H.Attempts = {{0, 1, false, 10, 0, 20, 0, 0},
                  {0, 2, true, 30, 31, 32, 0, 0},
                  {1, 1, true, OthersBegin, 18, OthersBegin + 5, 0, 0}};
    return findNeedlessAborts(Threads, H, InevitableAfter);
  };
  EXPECT_EQ(Said(ChangeA, 15), "");
  EXPECT_EQ(Said(GoAlone, 15), "");
  EXPECT_NE(Said(ReadA, 15), "");
  EXPECT_NE(Said(ChangeB, 15), "");
  EXPECT_NE(Said(ChangeA, 21), "");
  EXPECT_NE(Said(ChangeA, 3), "");
  // Who runs alone is in the way from the end of what it did before.
  EXPECT_EQ(Said(GoAlone, 21), "");
}

TEST(NeedlessAbortsTest, WhoHasLostTooOftenRunsAlone) {
  // Thread 1's first attempt meets a change; its second one is in the way.
  auto Said = [](unsigned InevitableAfter) {
    Plan Threads = {{make(Transaction::Update, {ReadA})},
                    {make(Transaction::Update, {ReadB})},
                    {make(Transaction::Update, {ChangeB})}};
    History H;
    H.Attempts = {{1, 1, false, 1, 0, 4, 0, 0},
                  {2, 1, true, 2, 3, 5, 0, 0},
                  {0, 1, false, 10, 0, 20, 0, 0},
                  {1, 2, true, 30, 31, 32, 0, 0},
                  {0, 2, true, 40, 41, 42, 0, 0}};
    return findNeedlessAborts(Threads, H, InevitableAfter);
  };
  EXPECT_EQ(Said(1), "");
  EXPECT_NE(Said(2), "");
}

} // namespace

} // namespace stm::check
