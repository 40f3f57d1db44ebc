//===- rt/snapshot_test.cpp - attempts that read as of a snapshot ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx_testing.h"

#include "base/options.h"
#include "gc/collector.h"
#include "gc/statistics.h"

namespace stm::rt::testing {

namespace {

class SnapshotTest : public Counting {};

TEST_F(SnapshotTest, SeesTheValueAsOfItsBegin) {
  static Cell X;
  Steps At;
  std::thread Writer([&] {
    At.await(1);
    atomically([&] { write(X.Value, 1); });
    At.reach(2);
  });
  uint64_t Before = ~0u, After = ~0u;
  inSnapshot([&] {
    Before = read(X.Value);
    At.reach(1);
    At.await(2);
    After = read(X.Value);
  });
  Writer.join();
  EXPECT_EQ(Before, 0u);
  EXPECT_EQ(After, 0u);
  inSnapshot([&] { After = read(X.Value); });
  EXPECT_EQ(After, 1u);
  EXPECT_EQ(stats().aborts, 0u);
  EXPECT_EQ(stats().snapshots, 2u);
}

TEST_F(SnapshotTest, DoesNotWaitForAWriterThatHasLinked) {
  static Cell X;
  Steps At;
  std::thread Writer([&] {
    At.await(1);
    atomically([&] {
      write(X.Value, 1);
      write(X.Value, 2);
      At.reach(2);
      At.await(3);
    });
    At.reach(4);
  });
  inSnapshot([&] {
    At.reach(1);
    At.await(2);
    EXPECT_EQ(read(X.Value), 0u);
    EXPECT_TRUE(peekIs(X, 2));
    At.reach(3);
    At.await(4);
    EXPECT_EQ(read(X.Value), 0u);
  });
  Writer.join();
}

TEST_F(SnapshotTest, SumsStayRightBesideWriters) {
  constexpr unsigned Cells = 64;
  static Cell Accounts[Cells];
  for (Cell &C : Accounts)
    C.Value = 1000;
  std::atomic<bool> Stop{false};
  std::vector<std::thread> Writers;
  for (unsigned W = 0; W != 3; ++W)
    Writers.emplace_back([&, W] {
      uint64_t Seed = W + 1;
      while (!Stop) {
        Seed = Seed * 6364136223846793005u + 1442695040888963407u;
        unsigned From = (Seed >> 33) % Cells, To = (Seed >> 43) % Cells;
        atomically([&] {
          write(Accounts[From].Value, read(Accounts[From].Value) - 1);
          write(Accounts[To].Value, read(Accounts[To].Value) + 1);
        });
      }
    });
  for (int I = 0; I != 20000; ++I) {
    uint64_t Sum = 0;
    inSnapshot([&] {
      Sum = 0;
      for (Cell &C : Accounts)
        Sum += read(C.Value);
    });
    ASSERT_EQ(Sum, 1000u * Cells);
  }
  Stop = true;
  for (std::thread &W : Writers)
    W.join();
  EXPECT_EQ(stats().snapshot_aborts, 0u);
}

TEST_F(SnapshotTest, OneThatStaysOpenKeepsItsViewWhileVersionsArePromoted) {
  constexpr unsigned Cells = 256;
  static Cell Values[Cells];
  ParsedOptions.GcPromoteAfterKb = 1024; // Of each writer.
  std::atomic<bool> Stop{false};
  Steps At;
  std::vector<std::thread> Writers;
  for (unsigned W = 0; W != 2; ++W)
    Writers.emplace_back([&, W] {
      At.await(1);
      for (uint64_t I = 0; !Stop; ++I)
        atomically([&] {
          Cell &C = Values[(I * 7 + W) % Cells];
          write(C.Value, read(C.Value) + 1);
        });
    });
  stm_stats Now;
  inSnapshot([&] {
    At.reach(1);
    do {
      for (Cell &C : Values)
        ASSERT_EQ(read(C.Value), 0u);
      stm_get_stats(&Now);
    } while (Now.versions_promoted < Cells || Now.versions_created < 1000000);
    // Two budgets, and what was retired while the collector was busy.
    EXPECT_LE(Now.version_bytes, 8u << 20);
  });
  Stop = true;
  for (std::thread &W : Writers)
    W.join();
  stm_collect(2);
  stm_get_stats(&Now);
  EXPECT_EQ(Now.version_bytes, 0u);
  EXPECT_EQ(Now.versions_promoted, Now.versions_reclaimed_old);
}

} // namespace

} // namespace stm::rt::testing
