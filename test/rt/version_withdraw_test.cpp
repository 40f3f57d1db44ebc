//===- rt/version_withdraw_test.cpp - snapshots over the limit ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "gc/deferred_frees.h"

namespace stm::rt::testing {

namespace {

/// Snapshots that are ended because they take more than memory_limit_mb.
class VersionWithdrawTest : public VersionTest {
protected:
  VersionWithdrawTest() : Owner(Stepped::Outside), Collector(Stepped::Outside) {
    ParsedOptions.MemoryLimitMb = 1;
  }

  void commit(Cell &X, uint64_t Value) {
    Owner.run([&X, Value] { atomically([&] { write(X.Value, Value); }); });
  }
  /// What waits for the snapshots that run is more than the limit.
  void exceedLimit() {
    commitElsewhere(Other, 1);
    deferFree({malloc(2 << 20), 0, 0, Deallocator::Free}, Clock.now());
  }
  void fillUntilGone(const Remembered &R) {
    Owner.run([&] { testing::fillUntilGone(R); });
  }
  static uint64_t withdrawn() { return GcStats.Withdrawn.load(); }

  static Cell Other;
  Stepped Owner, Collector;
};

Cell VersionWithdrawTest::Other;

TEST_F(VersionWithdrawTest, TheOldestSnapshotStartsAgainAndTheSecondTimeAlone) {
  static Cell X;
  uint64_t Before = withdrawn();
  OpenSnapshot R;
  commit(X, 1);
  OpenSnapshot Younger;
  EXPECT_EQ(R.read(X), 0u);
  exceedLimit();
  collectSlice();
  EXPECT_EQ(withdrawn(), Before + 1);
  R.run([] { read(Other.Value); }); // Notices, and begins anew.
  EXPECT_EQ(R.attempts(), 2u);
  EXPECT_EQ(Younger.read(X), 1u);
  Younger.finish();
  collectNow(false); // What the limit was exceeded by is free now.
  EXPECT_EQ(R.read(X), 1u);
  commit(X, 2);
  exceedLimit();
  collectSlice();
  EXPECT_EQ(withdrawn(), Before + 2);
  R.run([] { read(Other.Value); });
  EXPECT_EQ(R.attempts(), 3u);
  bool IsAlone = false;
  R.run([&] { IsAlone = stm_is_inevitable(); });
  EXPECT_TRUE(IsAlone);
  EXPECT_EQ(R.read(X), 2u);
  R.finish();
  EXPECT_EQ(R.attempts(), 3u);
}

TEST_F(VersionWithdrawTest, OneThatIsWithdrawnDoesNotLookIntoChains) {
  static Cell X;
  OpenSnapshot R;
  commit(X, 1);
  Remembered Record(X);
  exceedLimit();
  collectSlice();
  fillUntilGone(Record);
  EXPECT_TRUE(Record.isGone()); // It pins nothing any more.
  R.run([] { read(X.Value); });
  EXPECT_EQ(R.attempts(), 2u);
  EXPECT_EQ(R.read(X), 1u);
}

TEST_F(VersionWithdrawTest, AWalkThatIsUnderWayIsServedToItsEnd) {
  static Cell X, Y;
  OpenSnapshot R;
  exceedLimit();
  Stop Before(TestPoint::BeforeWithdrawal), After(TestPoint::Withdrawn);
  Collector.arm(Before);
  Collector.arm(After);
  Collector.tell([] { collectSlice(); });
  Before.awaitArrival();
  commit(X, 1);
  Remembered Record(X);
  commit(X, 2);
  commit(Y, 1);
  Owner.run([] { fillChunks(2); });
  Stop Walk(TestPoint::WalkBetweenRecords);
  R.arm(Walk);
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(X.Value); });
  Walk.awaitArrival();
  Before.release();
  After.awaitArrival(); // Nothing waits for the snapshot now.
  fillUntilGone(Record);
  EXPECT_FALSE(Record.isGone());
  After.release();
  EXPECT_TRUE(Collector.staysBusy());
  EXPECT_FALSE(Record.isGone());
  Walk.release();
  R.await();
  EXPECT_EQ(Seen, 0u);
  Collector.await();
  R.run([] { read(Y.Value); }); // What X was it knows.
  EXPECT_EQ(R.attempts(), 2u);
  EXPECT_EQ(R.read(X), 2u);
}

TEST_F(VersionWithdrawTest, ALimitBelowWhatThreadsKeepComesFirst) {
  ParsedOptions.GcYoungKb = 64 << 10;
  collectNow(true);
  uint64_t Before = withdrawn();
  OpenSnapshot R;
  // The same stripe again and again: pruned, it is no reason to end anybody.
  for (int I = 0; I != 64; ++I) {
    Owner.run([] { fillChunks(1); });
    EXPECT_LE(versionBytes(), (1 << 20) + UndoChunk::Bytes);
  }
  EXPECT_EQ(withdrawn(), Before);
  R.finish();
  // Nor is anything kept that nobody needs.
  for (int I = 0; I != 64; ++I) {
    OpenSnapshot Short; // Versions are made.
    Owner.run([] { fillChunks(1); });
    EXPECT_LE(versionBytes(), (1 << 20) + UndoChunk::Bytes);
  }
  EXPECT_EQ(withdrawn(), Before);
}

TEST_F(VersionWithdrawTest, WhatIsDoneOverTheLimitIsAPause) {
  uint64_t Before = GcStats.CollectionTicks.load();
  OpenSnapshot R;
  exceedLimit();
  Stop Scanned(TestPoint::CollectorScanned);
  Collector.arm(Scanned, 2);
  Collector.tell([] { collectSlice(); });
  Scanned.awaitArrival(); // The slice proper.
  Scanned.release(1);
  Scanned.awaitArrival(2); // All that there is.
  uint64_t Began = arch::ticks();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  uint64_t Ticks = arch::ticks() - Began;
  Scanned.release();
  Collector.await();
  EXPECT_GE(GcStats.LongestPauseTicks.load(), Ticks);
  EXPECT_GE(GcStats.CollectionTicks.load() - Before, Ticks);
  R.run([] { read(Other.Value); });
}

} // namespace

} // namespace stm::rt::testing
