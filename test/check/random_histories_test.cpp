//===- check/random_histories_test.cpp - what random programs see ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random programs on the checked runtime; the checker judges each history.
//
//   STM_TEST_HISTORIES=n   so many of each kind
//   STM_TEST_SEED=n        the first one's number
//   STM_TEST_DAWDLE_AT=n   at this step (rt::TestPoint) threads take their time
//   STM_TEST_MUTATION=Name a rule of the protocol is left out
//                          (opacity_mutation_test.cpp)
//
//===----------------------------------------------------------------------===//

#include "checker.h"
#include "run_program.h"

#include "../totals.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>

namespace stm::check {

namespace {

struct Kind {
  const char *Name;
  unsigned Features;
};

void PrintTo(const Kind &K, std::ostream *Out) { *Out << K.Name; }

constexpr unsigned AllFeatures = RollBacks | Snapshots | AloneOnes |
                                 BesideOnes | Blocks | Collections | Waits |
                                 Mutexes;

constexpr Kind Kinds[] = {
    {"Updates", RollBacks},
    {"Snapshots", RollBacks | Snapshots},
    {"Collections", RollBacks | Snapshots | Blocks | Collections},
    {"Blocks", RollBacks | Blocks},
    {"Alone", AloneOnes},
    {"Beside", Snapshots | BesideOnes},
    {"Waiting", RollBacks | Snapshots | Waits},
    {"Mutexes", RollBacks | BesideOnes | Mutexes},
    {"Everything", AllFeatures},
};

/// Steps that these histories don't get to: they are short.
bool isOutOfReach(rt::TestPoint Point) {
  return Point == rt::TestPoint::LoneStep ||        // Several threads run.
         Point == rt::TestPoint::StampBeforeWord || // No commit is lazy.
         Point == rt::TestPoint::RecycleBeforeTake ||
         Point == rt::TestPoint::BeforeWithdrawal ||
         Point == rt::TestPoint::Withdrawn;
}

bool areAllReached(const Reached &Points) {
  for (size_t I = 0; I != Points.size(); ++I)
    if (!Points[I] && !isOutOfReach(static_cast<rt::TestPoint>(I)))
      return false;
  return true;
}

uint64_t environment(const char *Name, uint64_t Default) {
  const char *Value = getenv(Name);
  return Value ? strtoull(Value, nullptr, 10) : Default;
}

class RandomHistoriesTest : public ::testing::TestWithParam<Kind> {
protected:
  RandomHistoriesTest() {
    if (const char *Name = getenv("STM_TEST_MUTATION")) {
#define STM_MUTATION_NAMED(M)                                                  \
  if (!strcmp(Name, #M))                                                       \
    rt::ActiveMutation.store(rt::Mutation::M);
      STM_MUTATIONS(STM_MUTATION_NAMED)
#undef STM_MUTATION_NAMED
    }
  }
};

TEST_P(RandomHistoriesTest, AreOpaque) {
  uint64_t Most =
      environment("STM_TEST_HISTORIES", getenv("STM_TEST_LONG") ? 80000 : 500);
  uint64_t First = environment("STM_TEST_SEED", 1);
  uint64_t Begun = 0, Checked = 0, Attempts = 0, Committed = 0, Operations = 0;
  bool IsOver = false;
  auto Start = std::chrono::steady_clock::now();
  // Rare steps may take more of them.
  constexpr uint64_t MostRounds = 20;
  bool WantsAll = GetParam().Features == AllFeatures && Most >= 500;
  Reached Points = {};
  for (uint64_t Rounds = 1; Rounds == 1 || (WantsAll && Rounds <= MostRounds &&
                                            !IsOver && !areAllReached(Points));
       ++Rounds) {
    Reached More = runPrograms(
        [&]() -> std::optional<Program> {
          if (IsOver || Begun == Most * Rounds)
            return std::nullopt;
          Program P(First + Begun++, GetParam().Features);
          P.Often[0] = static_cast<rt::TestPoint>(environment(
              "STM_TEST_DAWDLE_AT", static_cast<uint64_t>(P.Often[0])));
          return P;
        },
        [&](const Program &P, const History &H) {
          if (IsOver)
            return;
          ++Checked;
          Attempts += H.Attempts.size();
          Operations += H.Operations.size();
          for (const Attempt &A : H.Attempts)
            Committed += A.Committed;
          Verdict V = check(H);
          if (V.IsOpaque)
            return;
          IsOver = true;
          ADD_FAILURE() << "STM_TEST_SEED=" << P.Seed << ", history " << Checked
                        << ": "
                        << (V.IsStrictlySerializable ? "not opaque"
                                                     : "not serializable")
                        << "\n"
                        << V.Why << "the history:\n"
                        << toText(H);
        });
    for (size_t I = 0; I != Points.size(); ++I)
      Points[I] += More[I];
  }
  double Seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - Start)
          .count();
  printf("%s: %llu histories of %llu attempts, %llu of them committed, with "
         "%llu reads and writes; %.0f histories a second\n",
         GetParam().Name, static_cast<unsigned long long>(Checked),
         static_cast<unsigned long long>(Attempts),
         static_cast<unsigned long long>(Committed),
         static_cast<unsigned long long>(Operations), Checked / Seconds);
  addToTotals("histories", Checked);
  addToTotals("transactions", Committed);
  EXPECT_EQ(rt::LateReads.load(), 0u)
      << "records read after they were given up";
  if (!WantsAll)
    return;
  for (size_t I = 0; I != Points.size(); ++I) {
    if (!isOutOfReach(static_cast<rt::TestPoint>(I))) {
      EXPECT_GT(Points[I], 0u) << "rt::TestPoint " << I << " was never reached";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, RandomHistoriesTest, ::testing::ValuesIn(Kinds),
                         [](const auto &Info) {
                           return std::string(Info.param.Name);
                         });

} // namespace

} // namespace stm::check
