//===- weak/weak_memory_test.cpp - the protocol on a weak memory ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random programs on the runtime's own code, where loads return whatever C++20
// allows (memory.h). The checker of check/ judges what was read; plain accesses
// must be ordered. Then each memory order of rt/MEMORY_ORDER.md is weakened in
// turn, and that must be noticed.
//
//   STM_TEST_HISTORIES=n   so many random programs
//   STM_TEST_SEED=n        the first one's seed
//
//===----------------------------------------------------------------------===//

#include "../check/checker.h"
#include "../check/run_scheduled.h"
#include "locations.h"
#include "machine.h"

#include "base/options.h"

#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stm::weak {

namespace {

using namespace stm::check;

uint64_t environment(const char *Name, uint64_t Default) {
  const char *Value = getenv(Name);
  return Value ? strtoull(Value, nullptr, 10) : Default;
}

/// The runtime on the simulated machine. One a process.
class Simulation {
public:
  Simulation() {
    The = this;
    M.ignore(&rt::TestPointHook, sizeof(rt::TestPointHook));
    M.ignore(&rt::WaitsAtTestPoints, sizeof(rt::WaitsAtTestPoints));
    M.ignore(&rt::ActiveMutation, sizeof(rt::ActiveMutation));
    M.ignore(&rt::LateReads, sizeof(rt::LateReads));
    M.ignore(&rt::ParsedOptions, sizeof(rt::ParsedOptions));
    M.ignore(this, sizeof(*this));
    Runs.OnEnter = [](unsigned Thread) { The->M.enter(Thread); };
    findLocations(Runs.cells());
  }

  /// Runs a program; what is wrong with it, empty if nothing.
  std::string run(uint64_t Seed, unsigned Features, Weakening *W) {
    Program P(Seed, Features);
    P.Threads = 2 + P.Threads % 2;
    P.Transactions = 1 + P.Transactions % 3;
    P.InevitableAfter = std::min(P.InevitableAfter, 50u);
    P.Quiesces = true;
    Plan Threads = planOf(P);
    Random R(~Seed);
    uint32_t Rarely = 2u << R.below(4);
    auto Decide = [&](unsigned, unsigned Running, unsigned Others) {
      if (!R.oneIn(Rarely))
        return Running;
      unsigned Nth = R.below(static_cast<uint32_t>(Threads.size()));
      return Others & 1u << Nth ? Nth : Running;
    };
    // Either all know of what has ended, or nobody does.
    Clocks Of = R.below(2) ? Clocks::One : Clocks::OfThreads;
    if (Of == Clocks::One) {
      Runs.time().OnBegin = [] { The->M.hearOfEnds(); };
      Runs.time().OnEnd = [] { The->M.tellOfEnd(); };
    } else {
      Runs.time().OnBegin = Runs.time().OnEnd = nullptr;
    }
    M.start(Seed, 2u << R.below(4), W);
    History H = Runs.run(Threads, P, Decide);
    M.stop();
    ++Ran;
    Attempts += H.Attempts.size() - 1;
    Verdict V = check::check(H, Of);
    if (V.IsOpaque && M.race().empty())
      return "";
    return "STM_TEST_SEED=" + std::to_string(Seed) + ": " + V.Why + M.race() +
           "\nthe program:\n" + toText(Threads) + "the schedule:\n" +
           Runs.scheduler().story() + "the history:\n" + toText(H);
  }

  uint64_t Ran = 0, Attempts = 0;
  uint64_t staleLoads() const { return M.staleLoads(); }

  static Simulation *The;

private:
  Machine M;
  ScheduledRuns Runs;
};

Simulation *Simulation::The = nullptr;

constexpr unsigned Kinds[] = {RollBacks, RollBacks | Snapshots,
                              RollBacks | Snapshots | AloneOnes | BesideOnes,
                              RollBacks | Snapshots | AloneOnes | BesideOnes |
                                  Blocks | Collections};

TEST(WeakMemoryTest, RandomProgramsAreOpaqueAndWithoutRaces) {
  Simulation S;
  uint64_t Most = environment("STM_TEST_HISTORIES",
                              getenv("STM_TEST_LONG") ? 1000000 : 3000);
  uint64_t First = environment("STM_TEST_SEED", 1);
  auto Start = std::chrono::steady_clock::now();
  for (uint64_t Seed = First; Seed != First + Most; ++Seed) {
    std::string Wrong = S.run(Seed, Kinds[Seed % std::size(Kinds)], nullptr);
    ASSERT_EQ(Wrong, "");
  }
  double Seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - Start)
          .count();
  printf("%llu programs of %llu attempts, %llu loads of something old, %.0f "
         "programs a second\n",
         static_cast<unsigned long long>(S.Ran),
         static_cast<unsigned long long>(S.Attempts),
         static_cast<unsigned long long>(S.staleLoads()), S.Ran / Seconds);
  EXPECT_GT(S.staleLoads(), Most);
}


// --- Weakened -----------------------------------------------------------------

constexpr Order Rlx = Order::Relaxed, Acq = Order::Acquire,
                Rel = Order::Release, AcqRel = Order::AcqRel,
                Sc = Order::SeqCst;

struct Row {
  const char *Name; ///< Its number in rt/MEMORY_ORDER.md, and what is weaker.
  bool (*Is)(uintptr_t);
  Kind What;
  Order From, To;
  unsigned Features;
};

void PrintTo(const Row &R, std::ostream *Out) { *Out << R.Name; }

constexpr unsigned All = Kinds[3];

constexpr Row Rows[] = {
    {"1_store_of_data", isData, Kind::Store, Rel, Rlx, All},
    {"2_load_of_data", isData, Kind::Load, Acq, Rlx, All},
    {"3_lock_acquires", isOrecWord, Kind::Update, AcqRel, Rel, All},
    {"3_lock_releases", isOrecWord, Kind::Update, AcqRel, Acq, All},
    {"4_load_of_word", isOrecWord, Kind::Load, Acq, Rlx, All},
    {"5_unlock", isOrecWord, Kind::Store, Rel, Rlx, All},
    {"6_clock_advance", isClock, Kind::Update, Sc, Rlx, All},
    {"6_clock_advance_releases", isClock, Kind::Update, Sc, Acq, All},
    {"7_clock_load", isClock, Kind::Load, Acq, Rlx, All},
    {"8_fence_at_begin", isBusySlot, Kind::Fence, Sc, Rlx, All},
    {"9_slot_load", isSlot, Kind::Load, Acq, Rlx, All},
    {"10_slot_store", isSlot, Kind::Store, Rel, Rlx, All},
    {"11_fence_after_flag", isExclusiveFlag, Kind::Fence, Sc, Rlx, All},
    {"12_flag_load", isExclusiveFlag, Kind::Load, Acq, Rlx, All},
    {"14_token", isToken, Kind::Update, Acq, Rlx, All},
    {"15_flag_lowered", isExclusiveFlag, Kind::Store, Rel, Rlx, All},
    {"15_token_given_back", isToken, Kind::Store, Rel, Rlx, All},
    {"16_fence_after_announcing", isVersioning, Kind::Fence, Sc, Rlx, All},
    {"16_fence_after_clock", isClock, Kind::Fence, Sc, Rlx, All},
    {"17_reader_slot_store", isReaderSlot, Kind::Store, Rel, Rlx, All},
    {"17_reader_slot_load", isReaderSlot, Kind::Load, Acq, Rlx, All},
    {"18_status_acquires", isStatus, Kind::Update, AcqRel, Rel, All},
    {"18_status_releases", isStatus, Kind::Update, AcqRel, Acq, All},
    {"19_status_load", isStatus, Kind::Load, Acq, Rlx, All},
    {"20_walks_store", isWalks, Kind::Store, Rel, Rlx, All},
    {"20_walks_load", isWalks, Kind::Load, Acq, Rlx, All},
    {"21_link_load", isLink, Kind::Load, Acq, Rlx, All},
    {"21_link_store", isLink, Kind::Store, Rel, Rlx, All},
    {"22_head_store", isChainHead, Kind::Store, Rel, Rlx, All},
    {"22_head_load", isChainHead, Kind::Load, Acq, Rlx, All},
    {"26_fence_after_guard", isGuard, Kind::Fence, Sc, Rlx, All},
    {"27_fence_after_lock", isOrecWord, Kind::Fence, Sc, Rlx, All},
    {"27_guard_load", isGuard, Kind::Load, Acq, Rlx, All},
    {"27_guards_flag_load", isGuardsFlag, Kind::Load, Acq, Rlx, All},
    {"28_guard_cleared", isGuard, Kind::Update, Rel, Rlx, All},
    {"28_guards_flag_lowered", isGuardsFlag, Kind::Store, Rel, Rlx, All},
    {"29_quiet_store", isQuietTime, Kind::Store, Rel, Rlx, All},
    {"29_quiet_load", isQuietTime, Kind::Load, Acq, Rlx, All},
};

class WeakenedTest : public ::testing::TestWithParam<Row> {};

/// In a process of its own: what goes wrong may end it.
TEST_P(WeakenedTest, IsNoticed) {
  const Row &R = GetParam();
  uint64_t Most = environment("STM_TEST_HISTORIES", 20000);
  int Pipe[2];
  ASSERT_EQ(pipe(Pipe), 0);
  pid_t Child = fork();
  if (!Child) {
    Simulation S;
    Weakening W = {R.Is, R.What, R.From, R.To};
    std::string Wrong;
    uint64_t Seed = 1;
    for (; Wrong.empty() && Seed <= Most; ++Seed) {
      dprintf(Pipe[1], "%llu %llu\n", static_cast<unsigned long long>(Seed),
              static_cast<unsigned long long>(W.Times));
      Wrong = S.run(Seed, R.Features, &W);
    }
    if (getenv("STM_TEST_VERBOSE"))
      printf("%s", Wrong.c_str());
    fflush(stdout);
    _exit(Wrong.empty() ? 0 : 1);
  }
  close(Pipe[1]);
  FILE *Said = fdopen(Pipe[0], "r");
  unsigned long long Seed = 0, Times = 0;
  while (fscanf(Said, "%llu %llu", &Seed, &Times) == 2) {
  }
  fclose(Said);
  int Status = 0;
  waitpid(Child, &Status, 0);
  EXPECT_NE(Status, 0) << "in " << Seed << " programs; weakened " << Times
                       << " times";
  printf("weakened, %s: noticed after %llu programs, %s\n", R.Name, Seed,
         WIFSIGNALED(Status) ? "by a crash" : "by the checker");
}

INSTANTIATE_TEST_SUITE_P(Order, WeakenedTest, ::testing::ValuesIn(Rows),
                         [](const auto &Info) {
                           return "No" + std::string(Info.param.Name);
                         });

} // namespace

} // namespace stm::weak
