//===- rt/version_commit_test.cpp - snapshots beside commits --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

namespace stm::rt::testing {

namespace {

class VersionCommitTest : public VersionTest {
protected:
  /// Versions are made: somebody reads as of before all.
  OpenSnapshot Older;
};

TEST_F(VersionCommitTest, OneThatIsNotCommittingYetIsNewerThanAnySnapshot) {
  static Cell X;
  OpenUpdate U;
  U.write(X, 1);
  Stop At(TestPoint::CommitBeforeCommitting);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  OpenSnapshot R;
  EXPECT_EQ(R.read(X), 0u);
  At.release();
  U.finish();
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(Older.read(X), 0u);
  EXPECT_EQ(readNow(X), 1u);
  EXPECT_EQ(U.attempts(), 1u);
}

TEST_F(VersionCommitTest, OneThatHasNoTimeYetIsNewerThanAnySnapshot) {
  static Cell X, Other;
  OpenUpdate U;
  U.write(X, 1);
  Stop At(TestPoint::CommitBeforeClock);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  OpenSnapshot AtBound; // S = L: nothing has to be raised.
  EXPECT_EQ(AtBound.read(X), 0u);
  commitElsewhere(Other, 1);
  OpenSnapshot Above; // S > L: it raises L.
  EXPECT_EQ(Above.read(X), 0u);
  At.release();
  U.finish();
  EXPECT_EQ(AtBound.read(X), 0u);
  EXPECT_EQ(Above.read(X), 0u);
  EXPECT_EQ(readNow(X), 1u);
  EXPECT_EQ(U.attempts(), 1u);
}

TEST_F(VersionCommitTest, AReaderPushesOneThatHasTakenItsTime) {
  static Cell X, Y;
  OpenUpdate U;
  U.write(X, 1);
  U.write(Y, 1);
  Stop At(TestPoint::CommitAfterClock);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  OpenSnapshot R; // No older than the time.
  EXPECT_EQ(R.read(X), 0u);
  At.release();
  U.finish();
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(R.read(Y), 0u);
  EXPECT_EQ(readNow(X), 1u);
  EXPECT_EQ(readNow(Y), 1u);
  EXPECT_EQ(U.attempts(), 1u);
}

TEST_F(VersionCommitTest, WhoReadsAfterThePublishingSeesIt) {
  static Cell X, Y;
  OpenUpdate U;
  U.write(X, 1);
  U.write(Y, 1);
  Stop At(TestPoint::BeforeRelease);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  OpenSnapshot R; // The orecs are locked still.
  EXPECT_EQ(R.read(X), 1u);
  EXPECT_EQ(Older.read(X), 0u);
  At.release();
  U.finish();
  EXPECT_EQ(R.read(Y), 1u);
  EXPECT_EQ(Older.read(Y), 0u);
}

TEST_F(VersionCommitTest, APushedOneValidatesAgain) {
  static Cell X, Read;
  OpenUpdate U;
  EXPECT_EQ(U.read(Read), 0u);
  U.write(X, 1);
  Stop At(TestPoint::CommitBeforePublish); // It has validated.
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  OpenSnapshot R;
  EXPECT_EQ(R.read(X), 0u);
  commitElsewhere(Read, 1);
  At.release();
  U.finish();
  EXPECT_EQ(U.attempts(), 2u);
  EXPECT_EQ(readNow(X), 0u); // The second attempt has written nothing.
  EXPECT_EQ(R.read(Read), 0u);
  EXPECT_EQ(R.read(X), 0u);
}

TEST_F(VersionCommitTest, AfterFourPushesReadersWait) {
  static Cell X, Y;
  OpenUpdate U;
  U.write(X, 1);
  U.write(Y, 1);
  Stop At(TestPoint::CommitBeforePublish);
  U.arm(At, 5);
  U.startFinish();
  std::vector<std::unique_ptr<OpenSnapshot>> Pushers;
  for (unsigned Round = 1; Round != 5; ++Round) {
    At.awaitArrival(Round);
    Pushers.push_back(std::make_unique<OpenSnapshot>());
    EXPECT_EQ(Pushers.back()->read(X), 0u);
    At.release(Round);
  }
  At.awaitArrival(5);
  OpenSnapshot Waiting; // No older than the time, which will stand.
  uint64_t Seen = 0;
  Waiting.tell([&] { Seen = read(X.Value); });
  EXPECT_TRUE(Waiting.staysBusy());
  EXPECT_EQ(Older.read(X), 0u);
  At.release();
  U.finish();
  Waiting.await();
  EXPECT_EQ(Seen, 1u);
  for (auto &R : Pushers) {
    EXPECT_EQ(R->read(X), 0u);
    EXPECT_EQ(R->read(Y), 0u);
  }
  EXPECT_EQ(U.attempts(), 1u);
}

TEST_F(VersionCommitTest, ARollbackUnderAWalkLeavesTheValueAsItWas) {
  static Cell X;
  X.Value = 7;
  OpenUpdate U;
  U.write(X, 8);
  U.write(X, 9);
  OpenSnapshot R;
  Stop Walk(TestPoint::WalkBetweenRecords);
  R.arm(Walk);
  uint64_t Seen = 0;
  R.tell([&] { Seen = read(X.Value); });
  Walk.awaitArrival();
  U.rollBack();
  U.finish();
  EXPECT_EQ(U.attempts(), 2u);
  EXPECT_TRUE(peekIs(X, 7));
  Walk.release();
  R.await();
  EXPECT_EQ(Seen, 7u);
  EXPECT_EQ(R.read(X), 7u);
  EXPECT_EQ(Older.read(X), 7u);
  EXPECT_EQ(readNow(X), 7u);
}

TEST_F(VersionCommitTest, ARollbackHasNoTimeBeforeItsUndo) {
  static Cell X;
  OpenUpdate U;
  U.write(X, 1);
  Stop At(TestPoint::AbortBeforeUndo);
  U.arm(At);
  U.tell([] { rollBackNow(); });
  At.awaitArrival();
  OpenSnapshot R;
  EXPECT_TRUE(peekIs(X, 1));
  EXPECT_EQ(R.read(X), 0u);
  At.release();
  U.await();
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(readNow(X), 0u);
}

TEST_F(VersionCommitTest, ReadersPassARollbackThatHasNoTimeYet) {
  static Cell X;
  OpenUpdate U;
  U.write(X, 1);
  Stop At(TestPoint::AbortBeforeClock);
  U.arm(At);
  U.tell([] { rollBackNow(); });
  At.awaitArrival();
  OpenSnapshot R;
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(Older.read(X), 0u);
  At.release();
  U.await();
  EXPECT_EQ(R.read(X), 0u);
}

/// Readers wait while a writer is between the lock and "linked", and see the
/// value of before then.
void expectReadersWaitAt(TestPoint Point, Cell &X) {
  OpenUpdate U;
  OpenSnapshot R;
  Stop At(Point);
  U.arm(At);
  U.tell([&] { write(X.Value, 1); });
  At.awaitArrival();
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(X.Value); });
  EXPECT_TRUE(R.staysBusy());
  At.release();
  U.await();
  R.await();
  EXPECT_EQ(Seen, 0u);
  EXPECT_TRUE(peekIs(X, 1));
}

TEST_F(VersionCommitTest, ReadersWaitForALockWhoseRecordIsNotLinked) {
  static Cell X;
  expectReadersWaitAt(TestPoint::WriteBeforeLink, X);
}

TEST_F(VersionCommitTest, ReadersWaitForALockWhoseHeadIsNotSet) {
  static Cell X;
  expectReadersWaitAt(TestPoint::LinkBeforeHead, X);
}

TEST_F(VersionCommitTest, ReadersWaitForALockThatIsNotMarkedLinked) {
  static Cell X;
  expectReadersWaitAt(TestPoint::WriteBeforeMarkLinked, X);
}

TEST_F(VersionCommitTest,
       LaterWritesOfALockedStripeAreLinkedBeforeTheirStores) {
  static struct alignas(StripeBytes) {
    uint64_t Words[4];
  } X;
  OpenUpdate U;
  U.write(X.Words[0], 1);
  Stop At(TestPoint::WriteBeforeStore);
  U.arm(At);
  U.tell([] { write(X.Words[1], 1); });
  At.awaitArrival();
  EXPECT_EQ(Older.read(X.Words[1]), 0u);
  At.release();
  U.await();
  EXPECT_EQ(Older.read(X.Words[0]), 0u);
  EXPECT_EQ(Older.read(X.Words[1]), 0u);
  U.write(X.Words[0], 2);
  U.finish();
  EXPECT_EQ(Older.read(X.Words[0]), 0u);
  EXPECT_EQ(Older.read(X.Words[1]), 0u);
  EXPECT_EQ(Older.read(X.Words[2]), 0u);
}

TEST_F(VersionCommitTest, AWalkStopsAtWhatWasThereAsOfItsSnapshot) {
  static Cell X;
  commitElsewhere(X, 1);
  OpenSnapshot R;
  commitElsewhere(X, 2);
  EXPECT_EQ(R.read(X), 1u); // What is below it is older.
  EXPECT_EQ(Older.read(X), 0u);
}

TEST_F(VersionCommitTest, AStripeIsLockedOnlyWithRoomForItsRecord) {
  static Cell X, Many;
  commitElsewhere(X, 1);
  OrecWord Before = X.orec().load();
  OpenSnapshot R;
  OpenUpdate U;
  Stop Back(TestPoint::RolledBack);
  U.arm(Back);
  U.tell([] {
    while (CurrentTx->Undo.hasRoom(8))
      write(Many.Value, 1);
    failLogMemoryAfterForTesting(0);
    write(X.Value, 2);
  });
  Back.awaitArrival();
  failLogMemoryAfterForTesting(-1);
  EXPECT_EQ(X.orec().load(), Before);
  EXPECT_EQ(R.read(X), 1u);
  EXPECT_EQ(Older.read(X), 0u);
  R.finish();
  Older.finish(); // It goes on alone.
  Back.release();
  U.awaitAttempt(2);
  U.write(X, 3);
  U.finish();
  EXPECT_EQ(readNow(X), 3u);
}

} // namespace

} // namespace stm::rt::testing
