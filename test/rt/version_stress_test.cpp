//===- rt/version_stress_test.cpp - invariants while all of it runs -------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "gc/deferred_frees.h"

namespace stm::rt::testing {

namespace {

/// Random transfers between accounts beside snapshots that sum them up, while
/// everything that reclaims runs much more often than it would.
class VersionStressTest : public VersionTest {
protected:
  static constexpr unsigned Accounts = 96;
  static constexpr uint64_t Each = 1000;

  static uint64_t sum() {
    uint64_t Sum = 0;
    for (Cell &C : Cells)
      Sum += read(C.Value);
    return Sum;
  }

  static void transfer(uint64_t &Seed) {
    Seed = Seed * 6364136223846793005u + 1442695040888963407u;
    unsigned From = (Seed >> 33) % Accounts, To = (Seed >> 43) % Accounts;
    bool RollsBack = (Seed >> 53) % 16 == 0;
    atomically([&] {
      bool IsFirst = CurrentTx->Attempts == 0;
      for (int I = 0; I != 4; ++I) {
        write(Cells[From].Value, read(Cells[From].Value) - 1);
        write(Cells[To].Value, read(Cells[To].Value) + 1);
      }
      if (RollsBack && IsFirst)
        rollBackNow();
    });
  }

  /// \p Writer runs beside them, over and over: until the end, which looks at
  /// what is left.
  void run(unsigned Snapshots, void (*Writer)() = nullptr) {
    for (Cell &C : Cells)
      C.Value = Each;
    std::atomic<bool> Stop{false};
    std::vector<std::thread> Threads;
    for (unsigned W = 0; W != 2; ++W)
      Threads.emplace_back([&, W] {
        uint64_t Seed = W + 1;
        while (!Stop.load())
          transfer(Seed);
      });
    if (Writer)
      Threads.emplace_back([&] {
        while (!Stop.load())
          Writer();
      });
    Threads.emplace_back([&] {
      while (!Stop.load()) {
        stm_collect(1);
        stm_collect(2);
      }
    });
    Threads.emplace_back([&] { // Long ones, of an age of their own.
      while (!Stop.load())
        inSnapshot([&] {
          for (unsigned I = 0; I != 20 && !Stop.load(); ++I) {
            uint64_t Sum = sum();
            EXPECT_EQ(Sum, Each * Accounts);
          }
        });
    });
    unsigned Wrong = 0;
    for (unsigned I = 0; I != Snapshots; ++I) {
      uint64_t Sum = 0;
      inSnapshot([&] { Sum = sum(); });
      Wrong += Sum != Each * Accounts;
    }
    EXPECT_EQ(Wrong, 0u);
    Stop.store(true);
    for (std::thread &T : Threads)
      T.join();
    stm_stats Now;
    stm_collect(2);
    stm_get_stats(&Now);
    EXPECT_EQ(Now.version_bytes, 0u);
    EXPECT_EQ(Now.versions_promoted, Now.versions_reclaimed_old);
  }

  static Cell Cells[Accounts];
};

Cell VersionStressTest::Cells[Accounts];

TEST_F(VersionStressTest, SumsStayRightWhileCollectionsRun) { run(3000); }

TEST_F(VersionStressTest, SumsStayRightWhileAllIsPromotedAtOnce) {
  ParsedOptions.GcPromoteAfterKb = 0;
  ParsedOptions.GcYoungKb = 64;
  run(3000);
}

TEST_F(VersionStressTest, SumsStayRightWhileSnapshotsAreEndedForTheirMemory) {
  ParsedOptions.GcPromoteAfterKb = 128;
  ParsedOptions.MemoryLimitMb = 1;
  run(2000, [] { // Takes more than the limit again and again.
    fillChunks(2);
    if (Versioning.isOn())
      deferFree({malloc(1 << 20), 0, 0, Deallocator::Free}, Clock.now());
  });
}

} // namespace

} // namespace stm::rt::testing
