//===- rt/version_unfenced_test.cpp - begins without a fence --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// tx/attempt.h: who writes first needs no fence at its begin. Others may miss
// its slot until it has a lock; here as if it were idle. What the memory does
// is test/weak's.
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

namespace stm::rt::testing {

namespace {

ReadMode mode() { return CurrentTx->Mode; }

class VersionUnfencedTest : public VersionTest {
protected:
  /// Another thread, or nobody would need a fence.
  Stepped Other{Stepped::Outside};

  void SetUp() override {
    VersionTest::SetUp();
    Other.run([] { atomically([] {}); });
    ASSERT_TRUE(needsBeginFence());
  }
};

TEST_F(VersionUnfencedTest, TheFirstReadEndsItsBegin) {
  static Cell X, Y;
  commitElsewhere(Y, 7);
  uint64_t Seen = 0;
  writingFirst([&] {
    EXPECT_EQ(mode(), ReadMode::Unfenced);
    EXPECT_EQ(read(X.Value), 0u);
    EXPECT_EQ(mode(), ReadMode::Logged);
    EXPECT_EQ(CurrentTx->Reads.size(), 1u);
    Seen = read(Y.Value);
    EXPECT_EQ(CurrentTx->Reads.size(), 2u);
  });
  EXPECT_EQ(Seen, 7u);
}

TEST_F(VersionUnfencedTest, ALockDoesAsWell) {
  static Cell X, Y;
  writingFirst([&] {
    write(X.Value, 1);
    EXPECT_EQ(read(X.Value), 1u);
    EXPECT_EQ(mode(), ReadMode::Unfenced);
    EXPECT_EQ(read(Y.Value), 0u);
    EXPECT_EQ(mode(), ReadMode::Logged);
    write(Y.Value, 2);
  });
  EXPECT_TRUE(peekIs(X, 1));
  EXPECT_TRUE(peekIs(Y, 2));
}

TEST_F(VersionUnfencedTest, WhoOnlyWritesNeverNeedsOne) {
  static Cell X, Y;
  writingFirst([&] {
    write(X.Value, 1);
    write(Y.Value, 2);
    EXPECT_EQ(mode(), ReadMode::Unfenced);
  });
  EXPECT_TRUE(peekIs(X, 1));
  EXPECT_TRUE(peekIs(Y, 2));
}

// It locks nothing, and after it code may run that has no barriers.
TEST_F(VersionUnfencedTest, AWriteToItsOwnFrameEndsItsBegin) {
  writingFirst([] {
    uint64_t Local = 0;
    write(Local, 1);
    EXPECT_EQ(mode(), ReadMode::Logged);
    EXPECT_EQ(Local, 1u);
  });
  writingFirst([] {
    uint64_t Local = 0, From = 1;
    __stm_write_range(&Local, &From, sizeof(Local));
    EXPECT_EQ(mode(), ReadMode::Logged);
    EXPECT_EQ(Local, 1u);
  });
}

TEST_F(VersionUnfencedTest, SoDoesWhatRunsAsItStands) {
  writingFirst([] {
    __stm_before_telling();
    EXPECT_EQ(mode(), ReadMode::Logged);
  });
}

TEST_F(VersionUnfencedTest, WhoFreesIsStillUnfenced) {
  static Cell X;
  void *Block = malloc(8);
  unsigned Attempts = 0;
  writingFirst([&] {
    ++Attempts;
    write(X.Value, 1);
    __stm_wrap_free(Block);
    EXPECT_EQ(mode(), ReadMode::Unfenced);
  });
  EXPECT_EQ(Attempts, 1u);
}

TEST_F(VersionUnfencedTest, WhoRunsAgainIsFenced) {
  static Cell X;
  unsigned Attempts = 0;
  writingFirst([&] {
    EXPECT_EQ(mode(), ++Attempts == 1 ? ReadMode::Unfenced : ReadMode::Logged);
    write(X.Value, Attempts);
    if (Attempts == 1)
      rollBackNow();
  });
  EXPECT_TRUE(peekIs(X, 2));
}

TEST_F(VersionUnfencedTest, WhoIsAskedBeforeItsFirstReadReads) {
  static Cell X;
  uint64_t Seen = 0;
  writingFirst([&] {
    CurrentTx->askToExtend();
    commitElsewhere(X, 3);
    Seen = read(X.Value);
  });
  EXPECT_EQ(Seen, 3u);
}

/// Another thread goes alone and misses this one's slot. \p Access has to wait
/// until it is over.
template <class F> void missedByWhoGoesAlone(Stepped &Other, F Access) {
  std::atomic<unsigned> Attempts{0};
  std::atomic<bool> Goes{false}, Accessed{false}, Shown{false};
  Stepped Late(Stepped::Outside);
  Late.run([] { atomically([] {}); });
  Late.tell([&] {
    writingFirst([&] {
      if (++Attempts == 2) {
        EXPECT_EQ(CurrentTx->LastAbort.kind, STM_ABORT_INEVITABLE);
      } else {
        Timestamp Hidden = CurrentTx->Slot.exchange(Idle);
        Goes.store(true);
        testing::await([&] { return Shown.load(); }, "the other to be alone");
        CurrentTx->Slot.store(Hidden);
      }
      Access();
      Accessed.store(true);
    });
  });
  testing::await([&] { return Goes.load(); }, "the attempt to begin");
  std::atomic<bool> IsAlone{false}, MayEnd{false};
  Other.tell([&] {
    atomically([&] {
      CurrentTx->becomeInevitable("test", 0, Company::Alone);
      IsAlone.store(true);
      testing::await([&] { return MayEnd.load(); }, "the other's access");
    });
  });
  testing::await([&] { return IsAlone.load(); }, "it to be alone");
  Shown.store(true);
  EXPECT_TRUE(Late.staysBusy());
  EXPECT_FALSE(Accessed.load());
  MayEnd.store(true);
  Other.await();
  Late.await();
  EXPECT_EQ(Attempts.load(), 2u);
  Late.finish();
}

TEST_F(VersionUnfencedTest, AFirstLockGivesWayToWhoIsAlone) {
  static Cell X;
  missedByWhoGoesAlone(Other, [] { write(X.Value, 1); });
  EXPECT_TRUE(peekIs(X, 1));
}

TEST_F(VersionUnfencedTest, SoDoesALockForAReadToWrite) {
  static Cell X;
  missedByWhoGoesAlone(Other, [] {
    uint64_t Old = __stm_read_to_write_u64(&X.Value);
    __stm_write_read_u64(&X.Value, Old + 1);
  });
  EXPECT_TRUE(peekIs(X, 1));
}

TEST_F(VersionUnfencedTest, SoDoesAFirstRead) {
  static Cell X;
  missedByWhoGoesAlone(Other, [] { read(X.Value); });
}

// The one that goes alone waits for it.
TEST_F(VersionUnfencedTest, LaterLocksDoNot) {
  static Cell X, Y;
  Stop Raised(TestPoint::ExclusiveBeforeSlots);
  Other.arm(Raised);
  std::atomic<unsigned> Attempts{0};
  Stepped Late(Stepped::Outside);
  Late.run([] { atomically([] {}); });
  std::atomic<bool> Locked{false}, GoesOn{false};
  Late.tell([&] {
    writingFirst([&] {
      ++Attempts;
      write(X.Value, 1);
      Locked.store(true);
      testing::await([&] { return GoesOn.load(); }, "the flag");
      write(Y.Value, 1);
    });
  });
  testing::await([&] { return Locked.load(); }, "the first lock");
  Other.tell([] {
    atomically([] { CurrentTx->becomeInevitable("test", 0, Company::Alone); });
  });
  Raised.awaitArrival();
  GoesOn.store(true);
  Late.await();
  EXPECT_EQ(Attempts.load(), 1u);
  Raised.release();
  Other.await();
  Late.finish();
}

} // namespace

} // namespace stm::rt::testing
