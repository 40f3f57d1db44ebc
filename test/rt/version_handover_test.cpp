//===- rt/version_handover_test.cpp - versioning raised under way ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

namespace stm::rt::testing {

namespace {

using VersionHandoverTest = VersionTest;

TEST_F(VersionHandoverTest,
       WhatWasWrittenBeforeTheSnapshotIsLinkedAtTheCommit) {
  static Cell X, Y;
  ASSERT_FALSE(Versioning.isOn());
  OpenUpdate U;
  U.write(X, 1);
  U.write(Y, 1);
  OpenSnapshot R;
  U.write(X, 2);
  U.finish();
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(R.read(Y), 0u);
  EXPECT_EQ(readNow(X), 2u);
  EXPECT_EQ(readNow(Y), 1u);
}

TEST_F(VersionHandoverTest, AReaderWaitsForAnUnversionedWriter) {
  static Cell X;
  OpenUpdate U;
  U.write(X, 1);
  OpenSnapshot R;
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(X.Value); });
  EXPECT_TRUE(R.staysBusy());
  Stop Link(TestPoint::HandOverBeforeLink), Release(TestPoint::BeforeRelease);
  U.arm(Link);
  U.arm(Release);
  U.startFinish();
  Link.awaitArrival();
  EXPECT_FALSE(R.isIdle());
  Link.release();
  Release.awaitArrival();
  EXPECT_FALSE(R.isIdle());
  Release.release();
  R.await();
  EXPECT_EQ(Seen, 0u);
}

/// So a lock that is in the way is no reason to become one: it would wait, and
/// all who write meanwhile would do more. Unless it is another one each time.
TEST_F(VersionHandoverTest, LocksAreSeldomAReasonForASnapshot) {
  static Cell X;
  OpenUpdate U;
  U.write(X, 1);
  auto FailuresBefore = [](auto Run) {
    unsigned Failures = 0;
    Run([&] {
      if (CurrentTx->Snap != SnapshotMode::None)
        return;
      ++Failures;
      read(X.Value);
      ADD_FAILURE() << "it is locked";
    });
    return Failures;
  };
  std::thread([&] {
    EXPECT_EQ(FailuresBefore([](auto Body) { inReadOnly(Body); }), 32u);
    EXPECT_EQ(FailuresBefore([](auto Body) { atomically(Body); }), 64u);
  }).join();
  U.finish();
}

TEST_F(VersionHandoverTest,
       WhatWasWrittenBeforeTheSnapshotIsLinkedAtTheRollback) {
  static Cell X;
  X.Value = 7;
  OpenUpdate U;
  U.write(X, 8);
  OpenSnapshot R;
  U.rollBack();
  U.finish();
  EXPECT_GT(X.orec().load().raw(), R.snapshot());
  EXPECT_EQ(R.read(X), 7u);
  EXPECT_EQ(readNow(X), 7u);
}

TEST_F(VersionHandoverTest,
       ASnapshotThatBeginsBetweenTheClockAndTheLookSeesTheCommit) {
  static Cell X;
  OpenUpdate U;
  U.write(X, 1);
  Stop At(TestPoint::UnversionedAfterClock);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  OpenSnapshot R;
  At.release();
  U.finish();
  EXPECT_EQ(R.snapshot(), X.orec().load().timestamp());
  EXPECT_EQ(R.read(X), 1u);
}

TEST_F(VersionHandoverTest,
       OneThatIsAnnouncedAndHasNoTimestampSeesACommitMeanwhile) {
  static Cell X;
  Stop At(TestPoint::SnapshotAnnounced);
  Stepped R(Stepped::Snapshot, [&] { At.arm(); });
  At.awaitArrival();
  commitElsewhere(X, 1);
  At.release();
  EXPECT_EQ(R.read(X), 1u);
}

TEST_F(VersionHandoverTest,
       OneWhoseTimestampIsNotPublishedIsHandedTheVersions) {
  static Cell X;
  OpenUpdate U;
  U.write(X, 1);
  Stop At(TestPoint::SnapshotBeforePublish);
  Stepped R(Stepped::Snapshot, [&] { At.arm(); });
  At.awaitArrival();
  U.finish();
  At.release();
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionHandoverTest,
       HeadsThatAreStaleWhenVersioningIsOnAgainAreNotFollowed) {
  static Cell X;
  Stepped Owner(Stepped::Outside);
  auto Write = [&](uint64_t Value) {
    Owner.run([=] { atomically([=] { write(X.Value, Value); }); });
  };
  {
    OpenSnapshot R;
    Write(1);
  }
  Remembered First(X);
  ASSERT_TRUE(First.exists());
  for (int I = 0; I != 8 && !First.isGone(); ++I) {
    OpenSnapshot R; // Somebody has to read, else no log is kept.
    Owner.run([] { fillChunks(1); });
  }
  ASSERT_TRUE(First.isGone());
  ASSERT_FALSE(Versioning.isOn());
  Write(2);
  OpenSnapshot R;
  EXPECT_EQ(R.read(X), 2u);
  Write(3);
  EXPECT_EQ(R.read(X), 2u);
  EXPECT_EQ(readNow(X), 3u);
  Owner.run([] { fillChunks(2); });
  stm_collect(2); // Goes down the chain as well.
  EXPECT_EQ(R.read(X), 2u);
  EXPECT_EQ(readNow(X), 3u);
}

/// A body that each time reads what has changed since it began, in attempts
/// that don't read as of a snapshot; how each of these read.
template <class F> std::vector<SnapshotMode> modesOf(F Run, unsigned Most) {
  static Cell X, Y;
  std::vector<SnapshotMode> Modes;
  std::thread([&] {
    Run([&] {
      Modes.push_back(CurrentTx->Snap);
      uint64_t Seen = read(X.Value);
      if (Modes.size() < Most)
        commitElsewhere([=] {
          write(X.Value, Seen + 1);
          write(Y.Value, Seen + 1);
        });
      EXPECT_EQ(read(Y.Value), Seen);
    });
  }).join();
  return Modes;
}

TEST_F(VersionHandoverTest, ReadOnlyOnesBecomeSnapshotsAfterFourFailures) {
  std::vector<SnapshotMode> Expected(4, SnapshotMode::None);
  Expected.push_back(SnapshotMode::Undeclared);
  EXPECT_EQ(modesOf([](auto Body) { inReadOnly(Body); }, ~0u), Expected);
}

TEST_F(VersionHandoverTest, OthersBecomeSnapshotsAfterEight) {
  std::vector<SnapshotMode> Expected(8, SnapshotMode::None);
  Expected.push_back(SnapshotMode::Tracked);
  EXPECT_EQ(modesOf([](auto Body) { atomically(Body); }, ~0u), Expected);
}

TEST_F(VersionHandoverTest, OthersThatWriteBecomeSnapshotsOnce) {
  static Cell Z;
  std::vector<SnapshotMode> Expected(8, SnapshotMode::None);
  Expected.push_back(SnapshotMode::Tracked);
  Expected.insert(Expected.end(), 3, SnapshotMode::None);
  auto Run = [](auto Body) {
    atomically([&] {
      Body();
      write(Z.Value, 1); // What it has read is out of date.
    });
  };
  EXPECT_EQ(modesOf(Run, 12), Expected);
  EXPECT_EQ(readNow(Z), 1u);
}

} // namespace

} // namespace stm::rt::testing
