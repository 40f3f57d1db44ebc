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
#include "simulation.h"

#include "../rt/tx_testing.h"

#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stm::weak {

namespace {

using namespace stm::rt::testing;
using check::AloneOnes, check::BesideOnes, check::Blocks, check::Collections,
    check::RollBacks, check::Snapshots;

uint64_t environment(const char *Name, uint64_t Default) {
  const char *Value = getenv(Name);
  return Value ? strtoull(Value, nullptr, 10) : Default;
}

// --- Programs
// -----------------------------------------------------------------

/// One run from a seed; what is wrong, empty if nothing.
using ProgramKind = std::string (*)(Simulation &S, uint64_t Seed, Weakening *W);

template <unsigned Features>
std::string random(Simulation &S, uint64_t Seed, Weakening *W) {
  return S.runRandom(Seed, Features, W);
}

/// What a commit has made private its reader uses plainly, after that has been
/// passed on; older attempts may still be under way.
std::string privatization(Simulation &S, uint64_t Seed, Weakening *W) {
  static Cell IsPrivate, Data;
  IsPrivate.Value = Data.Value = 0;
  auto Older = [] {
    atomically([] {
      if (!read(IsPrivate.Value))
        write(Data.Value, read(Data.Value) + 1);
    });
  };
  auto Privatizer = [] { atomically([] { write(IsPrivate.Value, 1); }); };
  auto Reader = [] {
    bool IsMine = false;
    inReadOnly([&] { IsMine = read(IsPrivate.Value); });
    return IsMine;
  };
  auto User = [=] {
    if (Reader())
      Simulation::plainWrite(Data.Value);
  };
  return S.run(Seed,
               {Older, Privatizer,
                [=] {
                  Reader();
                  Reader();
                },
                User},
               W);
}

constexpr ProgramKind Updates = random<RollBacks>,
                      Reading = random < RollBacks | Snapshots >,
                      BeingAlone = random < RollBacks | AloneOnes >,
                      BeingBeside = random < RollBacks | BesideOnes >,
                      Everything = random < RollBacks | Snapshots | AloneOnes |
                                   BesideOnes | Blocks | Collections > ;

struct Named {
  const char *Name;
  ProgramKind Run;
};
void PrintTo(const Named &N, std::ostream *Out) { *Out << N.Name; }

class WeakMemoryTest : public ::testing::TestWithParam<Named> {};

TEST_P(WeakMemoryTest, ShowsNothingWrong) {
  Simulation S;
  uint64_t Most =
      environment("STM_TEST_HISTORIES", getenv("STM_TEST_LONG") ? 200000 : 200);
  uint64_t First = environment("STM_TEST_SEED", 1);
  auto Start = std::chrono::steady_clock::now();
  for (uint64_t Seed = First; Seed != First + Most; ++Seed)
    ASSERT_EQ(GetParam().Run(S, Seed, nullptr), "");
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
    {"Updates", Updates},       {"Snapshots", Reading},
    {"Alone", BeingAlone},      {"Beside", BeingBeside},
    {"Everything", Everything}, {"Privatization", privatization},
};
INSTANTIATE_TEST_SUITE_P(Programs, WeakMemoryTest,
                         ::testing::ValuesIn(Programs), [](const auto &Info) {
                           return std::string(Info.param.Name);
                         });

// --- Weakened
// -----------------------------------------------------------------

constexpr Order Rlx = Order::Relaxed, Acq = Order::Acquire,
                Rel = Order::Release, Sc = Order::SeqCst;

struct Row {
  const char *Name; ///< Its number in rt/MEMORY_ORDER.md, and what is weaker.
  bool (*Is)(uintptr_t);
  Kind What;
  Order From, To;
  bool TakesLong = false;
};
constexpr bool IsRare = true; ///< What shows it: thousands of programs.

void PrintTo(const Row &R, std::ostream *Out) { *Out << R.Name; }

constexpr Row Rows[] = {
    {"1_store_of_data", isData, Kind::Store, Rel, Rlx},
    {"2_load_of_data", isData, Kind::Load, Acq, Rlx},
    {"4_load_of_word", isOrecWord, Kind::Load, Acq, Rlx},
    {"5_unlock", isOrecWord, Kind::Store, Rel, Rlx},
    {"6_clock_advance", isClock, Kind::Update, Sc, Rlx},
    {"6_clock_advance_releases", isClock, Kind::Update, Sc, Acq},
    {"7_clock_load", isClock, Kind::Load, Acq, Rlx},
    {"8_fence_at_begin", isBusySlot, Kind::Fence, Sc, Rlx},
    {"9_slot_load", isSlot, Kind::Load, Acq, Rlx},
    {"10_slot_store", isSlot, Kind::Store, Rel, Rlx},
    {"11_fence_after_flag", isExclusiveFlag, Kind::Fence, Sc, Rlx},
    {"12_flag_load", isExclusiveFlag, Kind::Load, Acq, Rlx},
    {"15_flag_lowered", isExclusiveFlag, Kind::Store, Rel, Rlx},
    {"16_fence_after_announcing", isVersioning, Kind::Fence, Sc, Rlx},
    {"16_fence_after_clock", isClock, Kind::Fence, Sc, Rlx, IsRare},
    {"17_reader_slot_store", isReaderSlot, Kind::Store, Rel, Rlx, IsRare},
    {"17_reader_slot_load", isReaderSlot, Kind::Load, Acq, Rlx, IsRare},
    {"22_head_store", isChainHead, Kind::Store, Rel, Rlx},
    {"22_head_load", isChainHead, Kind::Load, Acq, Rlx},
};

class WeakenedTest : public ::testing::TestWithParam<Row> {};

/// In a process of its own: what goes wrong may end it.
TEST_P(WeakenedTest, IsNoticed) {
  const Row &R = GetParam();
  if (R.TakesLong && !getenv("STM_TEST_LONG"))
    GTEST_SKIP() << "takes thousands of programs: STM_TEST_LONG=1";
  uint64_t Most = environment("STM_TEST_HISTORIES", 50000);
  int Pipe[2];
  ASSERT_EQ(pipe(Pipe), 0);
  pid_t Child = fork();
  if (!Child) {
    Simulation S;
    Weakening W = {R.Is, R.What, R.From, R.To};
    std::string Wrong;
    for (uint64_t Seed = 1; Wrong.empty() && Seed <= Most; ++Seed) {
      dprintf(Pipe[1], "%llu %llu\n", static_cast<unsigned long long>(Seed),
              static_cast<unsigned long long>(W.Times));
      Wrong = Everything(S, Seed, &W);
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
  EXPECT_NE(Status, 0) << R.Name << " in " << Seed << " programs; weakened "
                       << Times << " times";
  if (Status)
    printf("weakened, %s: noticed after %llu programs%s\n", R.Name, Seed,
           WIFSIGNALED(Status) ? ", by a crash" : "");
}

INSTANTIATE_TEST_SUITE_P(Order, WeakenedTest, ::testing::ValuesIn(Rows),
                         [](const auto &Info) {
                           return "No" + std::string(Info.param.Name);
                         });

} // namespace

} // namespace stm::weak
