//===- rt/version_vouch_test.cpp - who waits looks at others' reads -------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// tx/quiescence.cpp: an attempt that gets to no barrier is vouched for by who
// waits for it, unless it may have read what has changed.
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

namespace stm::rt::testing {

namespace {

/// A thread, and an attempt that is older than what it does.
class VersionVouchTest : public VersionTest {
protected:
  VersionVouchTest() { ParsedOptions.Quiesce = QuiesceMode::Always; }
  void SetUp() override {
    VersionTest::SetUp();
    Older.awaitAttempt(1);
  }
  /// It has committed; its end waits.
  void startToCommit(Cell &X) {
    Self.tell([&X] { atomically([&X] { write(X.Value, 1); }); });
    await([&X] { return peekIs(X, 1) && !X.orec().load().isLocked(); },
          "a commit");
  }

  Stepped Self{Stepped::Outside};
  Stepped Older{Stepped::Update};
};

TEST_F(VersionVouchTest, WhoHasReadOtherThingsIsVouchedFor) {
  static Cell X, Y, Mine;
  Older.read(Y);
  Older.write(Mine, 1);
  Older.read(Mine);
  startToCommit(X);
  Self.await();
  EXPECT_EQ(Older.attempts(), 1u);
  Older.finish();
}

TEST_F(VersionVouchTest, WhoHasReadWhatChangesIsNot) {
  static Cell X;
  Older.read(X);
  startToCommit(X);
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

// What it locks is another's.
TEST_F(VersionVouchTest, NorIsWhoHasReadWhatSomebodyHasLocked) {
  static Cell X, Y;
  Older.read(Y);
  Stepped Locks(Stepped::Update);
  Locks.write(Y, 1);
  startToCommit(X);
  EXPECT_TRUE(Self.staysBusy());
  Locks.rollBack(); // Its lock has a newer time from then on.
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
  Locks.finish();
}

// It is about to look at the stripe of what it has loaded already.
TEST_F(VersionVouchTest, AReadIsNotedBeforeItsStripeIsLookedAt) {
  static Cell X, First;
  Older.read(First); // Slowly, since there is no room yet.
  Stop Loaded(TestPoint::ReadBeforeWord);
  Older.arm(Loaded);
  uint64_t Seen = 99;
  Older.tell([&] { Seen = read(X.Value); });
  Loaded.awaitArrival();
  startToCommit(X);
  EXPECT_TRUE(Self.staysBusy());
  Loaded.release();
  Self.await(); // It has extended.
  Older.finish();
  EXPECT_EQ(Seen, 1u);
  EXPECT_EQ(Older.attempts(), 1u);
}

// It has taken the slow path, and was looked at in vain: it is to look again.
TEST_F(VersionVouchTest, AReadThatIsNotedSlowlyIsLookedAtOnceMore) {
  static Cell X;
  commitElsewhere(X, 1); // So that it has to extend.
  Stop Settled(TestPoint::ReadBeforeNote);
  Older.arm(Settled);
  uint64_t Seen = 99;
  Older.tell([&] { Seen = read(X.Value); });
  Settled.awaitArrival();
  Self.tell([] { atomically([] { write(X.Value, 2); }); });
  Self.await();
  Settled.release();
  Older.await();
  EXPECT_EQ(Seen, 2u);
  Older.finish();
}

// While somebody looks at its reads they don't move.
TEST_F(VersionVouchTest, WhoIsLookedAtDoesNotGrow) {
  static Cell X;
  static std::vector<uint64_t> Many(10000);
  Stop Looks(TestPoint::VouchBeforeReads);
  Self.arm(Looks);
  startToCommit(X);
  Looks.awaitArrival();
  Older.tell([] {
    for (uint64_t &Word : Many)
      read(Word);
  });
  EXPECT_TRUE(Older.staysBusy());
  Looks.release();
  Self.await();
  Older.await();
  Older.finish();
}

// Others don't leave out their wait because of it.
TEST_F(VersionVouchTest, NoNoteIsLeftOfIt) {
  static Cell X;
  startToCommit(X);
  Self.await();
  Timestamp Committed = X.orec().load().timestamp();
  Self.tell([] { atomically([] { read(X.Value); }); });
  Self.await();
  EXPECT_FALSE(Quiet.covers(Committed));
  Older.finish();
}

// It is about to undo what it has written, and waits for what it has read.
TEST_F(VersionVouchTest, WhoRetriesHasStillReadWhatItHasRead) {
  static Cell X, Written;
  Stop Undoing(TestPoint::AbortBeforeUndo);
  Older.read(X);
  Older.write(Written, 1);
  Older.arm(Undoing);
  Older.tell([] { stm_retry(); });
  Undoing.awaitArrival();
  startToCommit(X);
  EXPECT_TRUE(Self.staysBusy());
  Undoing.release();
  Self.await();
  Older.awaitAttempt(2);
  Older.finish();
}

// It goes on as of its snapshot, whatever is current.
TEST_F(VersionVouchTest, NorIsASnapshotThatMayBecomeAnUpdate) {
  static Cell X, Y;
  auto HowItReads = [&] {
    SnapshotMode How = SnapshotMode::None;
    Older.run([&] { How = CurrentTx->Snap; });
    return How;
  };
  for (unsigned I = 0; I != 16 && HowItReads() == SnapshotMode::None; ++I) {
    Older.rollBack();
    Older.awaitAttempt(I + 2);
  }
  ASSERT_EQ(HowItReads(), SnapshotMode::Tracked);
  Older.read(Y);
  startToCommit(X);
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

} // namespace

} // namespace stm::rt::testing
