//===- rt/version_settled_test.cpp - plain accesses where a wait is left --===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "tx/attempt.h"

#include <array>
#include <csignal>

namespace stm::rt::testing {

namespace {

using abi::__stm_settle;
using abi::__stm_settled_read_u16;
using abi::__stm_settled_read_u32;
using abi::__stm_settled_read_u64;
using abi::__stm_settled_read_u8;

/// So many looks, then it waits.
constexpr unsigned Looks = 16;

/// A thread, and what older attempts do beside it.
class VersionSettledTest : public VersionTest {
protected:
  VersionSettledTest() {
    ParsedOptions.Quiesce = QuiesceMode::Lazy;
    UncheckedSince = NeverUnchecked;
  }
  ~VersionSettledTest() override { UncheckedSince = NeverUnchecked; }

  /// The thread leaves a wait for those that are older. It has made private
  /// what is found by way of \p To.
  void privatize(Cell &To) {
    Self.run([&] { lazily([&] { write(To.Value, 1); }); });
    EXPECT_NE(pending(), 0u);
  }
  Timestamp pending() {
    Timestamp Time = 0;
    Self.run([&] { Time = CurrentTx->PendingQuiescence; });
    return Time;
  }
  static void settle(Cell &X) { __stm_settle(&X.Value, sizeof(X.Value)); }
  static OrecWord word(const Cell &X) { return X.orec().load(); }

  /// A thread that leaves a wait, too.
  void changeElsewhere(Cell &X, uint64_t Value) {
    Other.run([&] { lazily([&] { write(X.Value, Value); }); });
  }

  /// \p Look(I) is its look number I.
  template <class F> void expectToWaitAfterLooks(F Look) {
    static Cell Mine;
    OpenUpdate Older;
    privatize(Mine);
    for (unsigned I = 0; I != Looks; ++I)
      Self.run([=] { Look(I); });
    Self.tell([=] { Look(Looks); });
    EXPECT_TRUE(Self.staysBusy());
    Older.finish();
    Self.await();
    EXPECT_EQ(pending(), 0u);
  }

  Stepped Self{Stepped::Outside};
  Stepped Other{Stepped::Outside};
};

class VersionSettledReadTest : public VersionSettledTest {};

TEST_F(VersionSettledReadTest, OfWhatNobodyHasTouchedDoesNotWait) {
  static Cell X, Y;
  OpenUpdate Older;
  Self.run([] {
    lazily([] { write(X.Value, 1); });
    EXPECT_EQ(__stm_settled_read_u64(&X.Value), 1u);
    EXPECT_EQ(__stm_settled_read_u64(&Y.Value), 0u);
    EXPECT_NE(CurrentTx->PendingQuiescence, 0u);
  });
  Older.finish();
}

TEST_F(VersionSettledReadTest, OfWhatAnOlderOneHasLockedWaits) {
  static Cell X, Mine;
  OpenUpdate Older;
  Older.write(X, 7);
  privatize(Mine);
  Self.tell([] {
    EXPECT_EQ(__stm_settled_read_u64(&X.Value), 0u);
    EXPECT_EQ(CurrentTx->PendingQuiescence, 0u);
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.rollBack();
  Self.await();
  Older.finish();
}

TEST_F(VersionSettledReadTest, OfWhatAnOlderOneHasUndoneIsDoneAgain) {
  static Cell X, Mine;
  OpenUpdate Older, AnotherOlder;
  Older.write(X, 7);
  Stop AfterLoad(TestPoint::ReadBeforeWord);
  privatize(Mine);
  Self.tell([&] {
    AfterLoad.arm();
    EXPECT_EQ(__stm_settled_read_u64(&X.Value), 0u);
    EXPECT_NE(CurrentTx->PendingQuiescence, 0u);
  });
  AfterLoad.awaitArrival(); // It has found the 7.
  Older.rollBack();
  AfterLoad.release();
  Self.await();
  AnotherOlder.finish();
  Older.finish();
}

// Nobody older than that can have it.
TEST_F(VersionSettledReadTest, OfWhatHasChangedSinceDoesNotWait) {
  static Cell X, Mine;
  OpenUpdate Older;
  privatize(Mine);
  changeElsewhere(X, 2);
  Self.run([] { EXPECT_EQ(__stm_settled_read_u64(&X.Value), 2u); });
  EXPECT_NE(pending(), 0u);
  Older.finish();
}

TEST_F(VersionSettledReadTest, OfAllSizes) {
  static struct alignas(32) {
    uint8_t Byte = 0x12;
    uint16_t Half = 0x3456;
    uint32_t Word = 0x789abcde;
  } Of;
  static Cell X;
  OpenUpdate Older;
  Self.run([] {
    for (bool Left : {false, true}) {
      if (Left)
        lazily([] { write(X.Value, 1); });
      EXPECT_EQ(__stm_settled_read_u8(&Of.Byte), 0x12u);
      EXPECT_EQ(__stm_settled_read_u16(&Of.Half), 0x3456u);
      EXPECT_EQ(__stm_settled_read_u32(&Of.Word), 0x789abcdeu);
      EXPECT_EQ(CurrentTx->PendingQuiescence != 0, Left);
    }
  });
  Older.finish();
}

/// The thread in a handler of SIGUSR1 does what is to be done there.
std::function<void()> InHandler;

// By then everybody older may be over, but wasn't when the value was loaded.
TEST_F(VersionSettledReadTest, AHandlersBlockDoesNotMakeAnOldValueRight) {
  static Cell X, Mine, Y;
  OpenUpdate Older;
  Older.write(X, 7);
  privatize(Mine);
  Stop AfterLoad(TestPoint::ReadBeforeWord);
  pthread_t Thread;
  std::atomic<bool> HasRun{false};
  InHandler = [&] {
    atomically([] { read(Y.Value); });
    HasRun = true;
  };
  signal(SIGUSR1, [](int) { InHandler(); });
  Self.run([&] { Thread = pthread_self(); });
  Self.tell([&] {
    AfterLoad.arm();
    EXPECT_EQ(__stm_settled_read_u64(&X.Value), 0u);
  });
  AfterLoad.awaitArrival(); // It has found the 7.
  Older.rollBack();
  Older.finish();
  pthread_kill(Thread, SIGUSR1);
  await([&] { return HasRun.load(); }, "the handler");
  AfterLoad.release();
  Self.await();
  signal(SIGUSR1, SIG_DFL);
  InHandler = nullptr;
}

TEST_F(VersionSettledReadTest, OfManyThingsWaits) {
  static Cell X;
  expectToWaitAfterLooks(
      [](unsigned) { EXPECT_EQ(__stm_settled_read_u64(&X.Value), 0u); });
}

TEST_F(VersionSettledTest, AStampIsTheTimeOfTheBlock) {
  static Cell Mine, X;
  OpenUpdate Older;
  privatize(Mine);
  Self.run([] { settle(X); });
  EXPECT_EQ(word(X), OrecWord(pending()));
  EXPECT_EQ(word(Mine), word(X));
  Older.finish();
}

TEST_F(VersionSettledTest, WhereNothingIsLeftNothingIsStamped) {
  static Cell Mine, X, Y;
  OrecWord Before = word(X);
  Self.run([] {
    settle(X);
    lazily([] { write(Mine.Value, 1); });
    CurrentTx->awaitQuiescence();
    settle(X);
    lazily([] { write(Mine.Value, 2); });
    atomically([] { settle(X); });
    __stm_settle(&Y.Value, 0);
  });
  EXPECT_EQ(word(X), Before);
  std::thread([] { settle(X); }).join(); // It has never run a block.
  EXPECT_EQ(word(X), Before);
}

TEST_F(VersionSettledTest, WhatIsNewerStaysSo) {
  static Cell Mine, X;
  OpenUpdate Older;
  privatize(Mine);
  changeElsewhere(X, 1);
  OrecWord Newer = word(X);
  Self.run([] { settle(X); });
  EXPECT_EQ(word(X), Newer);
  EXPECT_NE(pending(), 0u);
  Older.finish();
}

TEST_F(VersionSettledTest, AllStripesOfARangeAreStamped) {
  static Cell Mine;
  alignas(32) static uint64_t Words[16];
  OpenUpdate Older;
  privatize(Mine);
  Self.run([] { __stm_settle(&Words[3], 64); });
  Timestamp Time = pending();
  for (unsigned I = 0; I != 12; ++I)
    EXPECT_EQ(orecOf(&Words[I]).load(), OrecWord(Time)) << I;
  EXPECT_NE(orecOf(&Words[12]).load(), OrecWord(Time));
  Older.finish();
}

// What a compiler stamps too early need be no address: -22 is an error, say.
TEST_F(VersionSettledTest, WhatIsNoAddressIsStampedToo) {
  static Cell Mine;
  OpenUpdate Older;
  privatize(Mine);
  Self.run([] {
    __stm_settle(reinterpret_cast<void *>(-22), 12);
    __stm_settle(reinterpret_cast<void *>(-22), 64);
    __stm_settle(nullptr, 64);
  });
  EXPECT_NE(pending(), 0u);
  Older.finish();
}

TEST_F(VersionSettledTest, WhoIsOlderDoesNotSeeWhatIsStored) {
  static Cell Way, X;
  OpenUpdate Older;
  EXPECT_EQ(Older.read(Way), 0u);
  privatize(Way);
  Self.run([] {
    settle(X);
    X.Value = 5;
  });
  uint64_t Seen = 0;
  Older.tell([&] { Seen = read(X.Value); });
  Older.awaitAttempt(2);
  EXPECT_EQ(Seen, 0u);
  Older.finish();
}

TEST_F(VersionSettledTest, NorOverwritesIt) {
  static Cell Way, X;
  OpenUpdate Older;
  EXPECT_EQ(Older.read(Way), 0u);
  privatize(Way);
  Self.run([] {
    settle(X);
    X.Value = 5;
  });
  Older.tell([] { write(X.Value, 7); });
  Older.awaitAttempt(2);
  EXPECT_EQ(X.Value, 5u);
  Older.finish();
}

// It comes after all as far as anybody can tell.
TEST_F(VersionSettledTest, WhoHasReadNothingThatChangedGoesOn) {
  static Cell Mine, X, Y;
  OpenUpdate Older;
  Older.read(Y);
  privatize(Mine);
  Self.run([] {
    settle(X);
    X.Value = 5;
  });
  EXPECT_EQ(Older.read(X), 5u);
  EXPECT_EQ(Older.attempts(), 1u);
  Older.finish();
}

TEST_F(VersionSettledTest, WhatAnOlderOneHasLockedWaits) {
  static Cell Mine, X;
  OpenUpdate Older;
  Older.write(X, 7);
  privatize(Mine);
  Self.tell([] {
    settle(X);
    X.Value = 5;
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.rollBack();
  Self.await();
  EXPECT_EQ(X.Value, 5u);
  EXPECT_EQ(pending(), 0u);
  Older.finish();
}

TEST_F(VersionSettledTest, WhatAnOlderOneLocksMeanwhileWaits) {
  static Cell Mine, X;
  OpenUpdate Older;
  privatize(Mine);
  Stop HasLooked(TestPoint::StampBeforeWord);
  Self.tell([&] {
    HasLooked.arm();
    settle(X);
    X.Value = 5;
  });
  HasLooked.awaitArrival();
  Older.write(X, 7);
  HasLooked.release();
  EXPECT_TRUE(Self.staysBusy());
  Older.rollBack();
  Self.await();
  EXPECT_EQ(X.Value, 5u);
  Older.finish();
}

// They may read what there was before.
TEST_F(VersionSettledTest, BesideSnapshotsItWaits) {
  static Cell Mine, X;
  OpenUpdate Older;
  OpenSnapshot Reader;
  privatize(Mine);
  Self.tell([] { settle(X); });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Reader.finish();
  Self.await();
  EXPECT_EQ(pending(), 0u);
}

TEST_F(VersionSettledTest, WhoLooksAtNoStripesIsWaitedFor) {
  static Cell Mine, X;
  OpenUpdate Older;
  Older.run([] { CurrentTx->beforeUnchecked(0); });
  EXPECT_EQ(Older.attempts(), 1u);
  privatize(Mine);
  Self.tell([] { settle(X); });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

TEST_F(VersionSettledTest, WhoIsAboutToLookAtNoneMustBeCurrent) {
  static Cell Way, X;
  OpenUpdate Older;
  Older.read(Way);
  privatize(Way);
  Self.run([] { settle(X); });
  bool LooksAtNone = false;
  Older.tell([&] {
    CurrentTx->beforeUnchecked(0);
    LooksAtNone = true;
  });
  Older.awaitAttempt(2);
  EXPECT_FALSE(LooksAtNone);
  Older.finish();
}

TEST_F(VersionSettledTest, OrIsSeenByWhoMakesPrivate) {
  static Cell Way, X;
  OpenUpdate Older;
  Older.read(Way);
  Stop HasSaidSo(TestPoint::UncheckedAnnounced);
  Older.arm(HasSaidSo);
  Older.tell([] { CurrentTx->beforeUnchecked(0); });
  HasSaidSo.awaitArrival();
  privatize(Way);
  Self.tell([] { settle(X); });
  EXPECT_TRUE(Self.staysBusy());
  HasSaidSo.release();
  Older.awaitAttempt(2);
  Self.await();
  Older.finish();
}

// What was stamped before is stamped.
TEST_F(VersionSettledTest, SoMustWhoFindsThatAnotherHasSaidSo) {
  static Cell Way, X;
  OpenUpdate Older;
  Older.read(Way);
  privatize(Way);
  Self.run([] { settle(X); });
  Other.run([] { lazily([] { CurrentTx->beforeUnchecked(0); }); });
  bool LooksAtNone = false;
  Older.tell([&] {
    CurrentTx->beforeUnchecked(0);
    LooksAtNone = true;
  });
  Older.awaitAttempt(2);
  EXPECT_FALSE(LooksAtNone);
  Older.run([] { CurrentTx->beforeUnchecked(0); });
  EXPECT_EQ(Older.attempts(), 2u);
  Older.finish();
}

// It may go on as an update.
TEST_F(VersionSettledTest, ASnapshotSaysSoToo) {
  unsigned Attempts = 0;
  inSnapshot([&] {
    ++Attempts;
    CurrentTx->beforeUnchecked(0);
  });
  EXPECT_EQ(Attempts, 1u);
  EXPECT_LT(UncheckedSince, SoonUnchecked);
}

// Of what it has read nothing is known.
TEST_F(VersionSettledTest, WhoNotesNoReadsBeginsAgain) {
  static Cell X;
  unsigned Attempts = 0;
  inReadOnly([&] {
    ++Attempts;
    read(X.Value);
    CurrentTx->beforeUnchecked(0);
  });
  EXPECT_EQ(Attempts, 2u);
  inReadOnly([&] {
    ++Attempts;
    CurrentTx->beforeUnchecked(0);
  });
  EXPECT_EQ(Attempts, 3u); // It has been said.
}

TEST_F(VersionSettledTest, AfterManyLooksItWaits) {
  static std::array<Cell, Looks + 1> Cells;
  expectToWaitAfterLooks([](unsigned I) { settle(Cells[I]); });
}

TEST_F(VersionSettledTest, AfterAReadItLooksForOlderOnesFirst) {
  static Cell X, Y;
  OrecWord Before = word(X);
  changeElsewhere(Y, 1);
  Self.run([] {
    beginAsUsual();
    inReadOnlyLazily([] { read(Y.Value); });
    EXPECT_NE(CurrentTx->PendingQuiescence, 0u);
    settle(X);
    EXPECT_EQ(CurrentTx->PendingQuiescence, 0u);
    // Once is enough while nobody writes.
    beginAsUsual();
    inReadOnlyLazily([] { read(Y.Value); });
    EXPECT_EQ(CurrentTx->PendingQuiescence, 0u);
  });
  EXPECT_EQ(word(X), Before);
}

TEST_F(VersionSettledTest, AndStampsIfThereAreSome) {
  static Cell X, Y;
  OpenUpdate Older;
  changeElsewhere(Y, 1);
  Self.run([] {
    inReadOnlyLazily([] { read(Y.Value); });
    settle(X);
  });
  Timestamp Time = pending();
  EXPECT_NE(Time, 0u);
  EXPECT_EQ(word(X), OrecWord(Time));
  Older.finish();
}

} // namespace

} // namespace stm::rt::testing
