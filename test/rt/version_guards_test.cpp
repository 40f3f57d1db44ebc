//===- rt/version_guards_test.cpp - inevitable beside others --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version/read_guards.h"

#include "version_testing.h"

#include <mutex>

namespace stm::rt::testing {

namespace {

void goBeside() { CurrentTx->becomeInevitable("test", 0, Company::Beside); }
bool isBeside() { return CurrentTx->IsBeside; }

/// An inevitable transaction that others run beside.
class OpenBeside : public OpenUpdate {
public:
  OpenBeside() { run(goBeside); }
  bool isStillBeside() {
    bool Is = false;
    run([&] { Is = isBeside(); });
    return Is;
  }
};

class VersionGuardsTest : public VersionTest {};

/// \p W has given way, which rolled it back. It writes anew, and commits.
void writeAgain(Stepped &W, uint64_t &Word) {
  W.awaitAttempt(2);
  W.write(Word, 1);
  W.finish();
}

TEST_F(VersionGuardsTest, OthersCommitBesideIt) {
  static Cell X, Y;
  OpenBeside B;
  EXPECT_EQ(B.read(X), 0u);
  commitElsewhere(Y, 1);
  EXPECT_EQ(readNow(Y), 1u);
  commitElsewhere([] { EXPECT_EQ(read(X.Value), 0u); }); // Readers share it.
  EXPECT_EQ(B.read(Y), 1u);                              // The newest.
  EXPECT_TRUE(B.isStillBeside());
  B.finish();
  EXPECT_EQ(B.attempts(), 1u);
  EXPECT_EQ(stats().inevitable, 1u);
}

TEST_F(VersionGuardsTest, WhatItHasReadStaysUntilItsEnd) {
  static Cell X;
  OpenBeside B;
  EXPECT_EQ(B.read(X), 0u);
  OpenUpdate W;
  W.tell([] { write(X.Value, 1); });
  EXPECT_TRUE(W.staysBusy());
  EXPECT_EQ(B.read(X), 0u);
  B.finish();
  writeAgain(W, X.Value);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionGuardsTest, WhatItHasReadBeforeStaysToo) {
  static Cell X;
  OpenUpdate B;
  EXPECT_EQ(B.read(X), 0u);
  B.run(goBeside);
  OpenUpdate W;
  W.tell([] { write(X.Value, 1); });
  EXPECT_TRUE(W.staysBusy());
  EXPECT_EQ(B.read(X), 0u);
  B.finish();
  writeAgain(W, X.Value);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionGuardsTest, WhoHasReadWhatIsStaleStartsAgainWithTheToken) {
  static Cell X;
  OpenUpdate B;
  EXPECT_EQ(B.read(X), 0u);
  commitElsewhere(X, 1);
  B.run(goBeside);
  EXPECT_EQ(B.attempts(), 2u);
  bool Is = false;
  B.run([&] { Is = isBeside(); });
  EXPECT_TRUE(Is);
  EXPECT_EQ(B.read(X), 1u);
  B.finish();
  EXPECT_EQ(B.attempts(), 2u);
}

// The next one may wait for it.
TEST_F(VersionGuardsTest, WhoGivesWayWaitsForNoLaterOne) {
  static Cell X, Y;
  Stop Back(TestPoint::RolledBack);
  OpenUpdate W;
  W.arm(Back);
  {
    OpenBeside B;
    EXPECT_EQ(B.read(X), 0u);
    W.tell([] { write(X.Value, 1); });
    Back.awaitArrival();
    B.finish();
  }
  OpenBeside Later;
  EXPECT_EQ(Later.read(Y), 0u);
  Back.release();
  writeAgain(W, X.Value);
  EXPECT_TRUE(Later.isStillBeside());
  Later.finish();
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionGuardsTest, AWriterThatHasJustLockedGivesWay) {
  static Cell X;
  Stop Locked(TestPoint::WriteLockedBeforeGuards);
  OpenBeside B;
  OpenUpdate W;
  W.arm(Locked);
  W.tell([] { write(X.Value, 1); });
  Locked.awaitArrival();
  B.tell([] { EXPECT_EQ(read(X.Value), 0u); });
  EXPECT_TRUE(B.staysBusy()); // It may yet store.
  Locked.release();
  if (!W.staysBusy()) {
    ADD_FAILURE() << "It has kept the lock.";
    return W.finish();
  }
  B.await();
  B.finish();
  writeAgain(W, X.Value);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionGuardsTest, AWriterThatLinksGivesWayToo) {
  static Cell X;
  Stop Locked(TestPoint::WriteLockedBeforeGuards);
  OpenSnapshot R;
  OpenBeside B;
  OpenUpdate W;
  W.arm(Locked);
  W.tell([] { write(X.Value, 1); });
  Locked.awaitArrival();
  B.tell([] { EXPECT_EQ(read(X.Value), 0u); });
  EXPECT_TRUE(B.staysBusy());
  Locked.release();
  EXPECT_TRUE(W.staysBusy());
  B.await();
  B.finish();
  writeAgain(W, X.Value);
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionGuardsTest, AValueFromBeforeTheGuardIsLoadedAgain) {
  static Cell X;
  Stop Loaded(TestPoint::ReadBeforeGuard);
  OpenBeside B;
  B.arm(Loaded);
  B.tell([] { EXPECT_EQ(read(X.Value), 1u); });
  Loaded.awaitArrival();
  commitElsewhere(X, 1);
  Loaded.release();
  B.finish();
}

TEST_F(VersionGuardsTest, WhoOverwritesWhatItHasReadCommitsLater) {
  static Cell X, Y;
  Stop Ended(TestPoint::BesideBeforeClock);
  OpenBeside B;
  EXPECT_EQ(B.read(X), 0u);
  B.write(Y, 1);
  B.arm(Ended);
  B.startFinish();
  Ended.awaitArrival();
  OpenUpdate W;
  W.tell([] { write(X.Value, 1); });
  bool Waits = W.staysBusy();
  Ended.release();
  B.finish();
  ASSERT_TRUE(Waits);
  writeAgain(W, X.Value);
  EXPECT_LT(Y.orec().peek().timestamp(), X.orec().peek().timestamp());
}

TEST_F(VersionGuardsTest, TheGuardsOutlastTheLocks) {
  static Cell X, Y;
  Stop Committed(TestPoint::BesideBeforeUnguard);
  OpenBeside B;
  EXPECT_EQ(B.read(X), 0u);
  B.write(Y, 1);
  B.arm(Committed);
  B.startFinish();
  Committed.awaitArrival();
  EXPECT_EQ(readNow(Y), 1u);
  OpenUpdate W;
  W.tell([] { write(X.Value, 1); });
  EXPECT_TRUE(W.staysBusy());
  Committed.release();
  B.finish();
  writeAgain(W, X.Value);
}

TEST_F(VersionGuardsTest, SnapshotsSeeAllOfItOrNothingAndDontWait) {
  static Cell X, Y;
  OpenSnapshot Before;
  OpenBeside B;
  B.write(X, 1);
  OpenSnapshot Meanwhile;
  B.write(Y, 1);
  EXPECT_EQ(Before.read(X), 0u);
  EXPECT_EQ(Meanwhile.read(X), 0u);
  EXPECT_EQ(Meanwhile.read(Y), 0u);
  B.finish();
  EXPECT_EQ(Meanwhile.read(X), 0u);
  EXPECT_EQ(Before.read(Y), 0u);
  OpenSnapshot After;
  EXPECT_EQ(After.read(X), 1u);
  EXPECT_EQ(After.read(Y), 1u);
}

TEST_F(VersionGuardsTest, SnapshotsDontWaitForWhatItWroteBefore) {
  static Cell X;
  OpenUpdate B;
  B.write(X, 1); // No snapshot runs: not linked.
  B.run(goBeside);
  OpenSnapshot R;
  EXPECT_EQ(R.read(X), 0u);
  B.finish();
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionGuardsTest, ItGoesAloneWhenTheOthersAreDone) {
  static Cell X, Y;
  OpenBeside B;
  B.write(X, 1);
  EXPECT_EQ(B.read(Y), 0u);
  OpenUpdate U;
  B.tell([] { stm_become_inevitable("test"); });
  EXPECT_TRUE(B.staysBusy());
  U.finish();
  bool Direct = false;
  B.run([&] { Direct = CurrentTx->isDirect(); });
  EXPECT_TRUE(Direct);
  B.write(Y, 2);
  B.finish();
  EXPECT_EQ(readNow(X), 1u);
  EXPECT_EQ(readNow(Y), 2u);
  commitElsewhere(Y, 3); // Nothing is guarded any more.
  EXPECT_EQ(readNow(Y), 3u);
  EXPECT_EQ(stats().inevitable, 1u);
}

TEST_F(VersionGuardsTest, ASecondOneWaitsAndStartsAgainAsTheHolder) {
  static Cell X;
  OpenBeside B;
  OpenUpdate Second;
  Second.tell(goBeside);
  EXPECT_TRUE(Second.staysBusy());
  commitElsewhere(X, 1); // Nobody else waits.
  B.finish();
  Second.awaitAttempt(2);
  bool Is = false;
  Second.run([&] { Is = isBeside(); });
  EXPECT_TRUE(Is);
  Second.finish();
  EXPECT_EQ(Second.attempts(), 2u);
}

TEST_F(VersionGuardsTest, SnapshotsAndReadOnlyOnesStartAgainBeside) {
  static Cell X;
  OpenSnapshot B;
  EXPECT_EQ(B.read(X), 0u);
  B.run(goBeside);
  EXPECT_EQ(B.attempts(), 2u);
  bool Is = false;
  B.run([&] { Is = isBeside(); });
  EXPECT_TRUE(Is);
  B.finish();
}

TEST_F(VersionGuardsTest, RangesAreGuardedPieceByPiece) {
  alignas(32) static uint64_t Words[16];
  OpenBeside B;
  B.run([] {
    uint64_t Copy[16];
    __stm_read_range(Copy, Words, sizeof(Copy));
    uint64_t New[2] = {7, 8};
    __stm_write_range(Words + 3, New, sizeof(New));
    EXPECT_EQ(read(Words[3]), 7u);
    EXPECT_EQ(read(Words[4]), 8u);
  });
  OpenUpdate W;
  W.tell([] { write(Words[15], 1); });
  EXPECT_TRUE(W.staysBusy());
  B.finish();
  writeAgain(W, Words[15]);
  EXPECT_EQ(Words[15], 1u);
  EXPECT_EQ(Words[3], 7u);
}

TEST_F(VersionGuardsTest, FreesTakeEffectAtItsEnd) {
  void *Block = malloc(64);
  OpenBeside B;
  B.run([&] { __stm_wrap_free(Block); });
  *static_cast<char *>(Block) = 1; // Still there.
  B.finish();
}

TEST_F(VersionGuardsTest, AnExceptionThatLeavesEndsIt) {
  static Cell X;
  EXPECT_THROW(atomically([] {
                 goBeside();
                 write(X.Value, 1);
                 throw 1;
               }),
               int);
  EXPECT_EQ(readNow(X), 1u);
  EXPECT_FALSE(Guards.isUp());
  commitElsewhere(X, 2);
}

TEST_F(VersionGuardsTest, OneThatRunsOutOfLogMemoryGoesAlone) {
  static Cell X[64];
  OpenBeside B;
  B.write(X[0], 1);
  B.run([] {
    failLogMemoryAfterForTesting(0);
    static uint64_t Many[1 << 16];
    for (uint64_t &Word : Many)
      write(Word, 1);
    failLogMemoryAfterForTesting(-1);
    EXPECT_TRUE(CurrentTx->isDirect());
    for (uint64_t &Word : Many)
      EXPECT_EQ(read(Word), 1u);
  });
  B.finish();
  EXPECT_EQ(B.attempts(), 1u);
  EXPECT_EQ(readNow(X[0]), 1u);
  commitElsewhere(X[0], 2);
}

TEST_F(VersionGuardsTest, ReadsThatRunOutOfMemoryGoOnAlone) {
  static uint64_t Many[1 << 18];
  OpenBeside B;
  B.run([] {
    failLogMemoryAfterForTesting(0);
    for (uint64_t &Word : Many)
      EXPECT_EQ(read(Word), 0u);
    failLogMemoryAfterForTesting(-1);
    EXPECT_TRUE(CurrentTx->isDirect());
  });
  B.finish();
  EXPECT_EQ(B.attempts(), 1u);
  commitElsewhere([] { write(Many[0], 1); });
}

TEST_F(VersionGuardsTest, ItsFrameIsNotGuarded) {
  OpenBeside B;
  B.run([] {
    uint64_t Own[4] = {1, 2, 3, 4};
    EXPECT_EQ(read(Own[1]), 2u);
    EXPECT_FALSE(Guards.covers(indexOf(&Own[1])));
  });
}

// With exclusivity the holder of the mutex could not begin, so as to unlock it.
TEST_F(VersionGuardsTest, AMutexHeldAroundOthersTransactionsIsNoDeadlock) {
  static Cell X;
  std::mutex M;
  M.lock();
  OpenBeside B;
  B.tell([&] { M.lock(); });
  EXPECT_TRUE(B.staysBusy());
  atomically([] { write(X.Value, 1); });
  M.unlock();
  B.run([&] { M.unlock(); });
  B.finish();
  EXPECT_EQ(X.Value, 1u);
}

TEST_F(VersionGuardsTest, SumsHoldWhileAnybodyBecomesInevitableAnywhere) {
  constexpr unsigned Accounts = 8, Threads = 4, Rounds = 3000;
  static Cell Account[Accounts];
  for (Cell &A : Account)
    A.Value = 100;
  std::atomic<unsigned> Wrong{0};
  auto Sum = [] {
    uint64_t Total = 0;
    for (Cell &A : Account)
      Total += read(A.Value);
    return Total;
  };
  std::vector<std::thread> Workers;
  for (unsigned T = 0; T != Threads; ++T)
    Workers.emplace_back([&, T] {
      uint64_t Random = T * 7919 + 1;
      auto Next = [&](unsigned Below) {
        Random = Random * 6364136223846793005 + 1442695040888963407;
        return static_cast<unsigned>(Random >> 33) % Below;
      };
      for (unsigned I = 0; I != Rounds; ++I) {
        unsigned From = Next(Accounts), To = Next(Accounts), When = Next(24),
                 How = Next(4), Kind = Next(8);
        auto Body = [&] {
          auto Perhaps = [&](unsigned Now) {
            if (When == Now)
              CurrentTx->becomeInevitable(
                  "test", 0, How ? Company::Beside : Company::Alone);
          };
          Perhaps(0);
          if (Kind < 2) {
            if (Sum() != Accounts * 100)
              ++Wrong;
            Perhaps(1);
            if (Sum() != Accounts * 100)
              ++Wrong;
            return;
          }
          uint64_t Taken = read(Account[From].Value);
          Perhaps(1);
          write(Account[From].Value, Taken - 1);
          Perhaps(2);
          if (Next(2))
            std::this_thread::yield();
          write(Account[To].Value, read(Account[To].Value) + 1);
          Perhaps(3);
        };
        if (Kind == 0)
          inSnapshot(Body);
        else
          atomically(Body);
      }
    });
  for (std::thread &W : Workers)
    W.join();
  EXPECT_EQ(Wrong.load(), 0u);
  uint64_t Total = 0;
  for (Cell &A : Account)
    Total += A.Value;
  EXPECT_EQ(Total, Accounts * 100);
  EXPECT_GT(stats().inevitable, 0u);
}

TEST_F(VersionGuardsTest, AWriterThatComesJustAfterTheGuardGivesWay) {
  static Cell X;
  Stop Guarded(TestPoint::GuardBeforeWord), Back(TestPoint::RolledBack);
  OpenBeside B;
  OpenUpdate W;
  W.arm(Back);
  B.arm(Guarded);
  uint64_t Seen = ~0u;
  B.tell([&] { Seen = read(X.Value); });
  Guarded.awaitArrival();
  W.tell([] { write(X.Value, 1); });
  Back.awaitArrival();
  EXPECT_FALSE(X.orec().load().isLocked());
  Guarded.release();
  B.await();
  EXPECT_EQ(Seen, 0u);
  EXPECT_EQ(B.read(X), 0u);
  B.finish();
  Back.release();
  writeAgain(W, X.Value);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionGuardsTest, AWriterThatHasLockedBeforeTheGuardIsAwaited) {
  static Cell X;
  Stop Guarded(TestPoint::GuardBeforeWord), Waits(TestPoint::Waits);
  OpenBeside B;
  OpenUpdate W;
  W.write(X, 1);
  B.arm(Guarded);
  B.arm(Waits);
  uint64_t Seen = ~0u;
  B.tell([&] { Seen = read(X.Value); });
  Guarded.awaitArrival();
  Guarded.release();
  Waits.awaitArrival();
  W.write(X, 2); // The lock is its own still.
  W.finish();
  EXPECT_EQ(W.attempts(), 1u);
  Waits.release();
  B.await();
  EXPECT_EQ(Seen, 2u);
}

} // namespace

} // namespace stm::rt::testing
