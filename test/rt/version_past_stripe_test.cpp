//===- rt/version_past_stripe_test.cpp - what a walk has found ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "stm/abi.h"

namespace stm::rt::testing {

namespace {

class VersionPastStripeTest : public VersionTest {
protected:
  struct alignas(StripeBytes) Stripe {
    uint64_t Words[StripeBytes / 8];
  };

  /// With room to note reads, which the first one makes: until then all go the
  /// long way.
  struct OpenScan : OpenSnapshot {
    OpenScan() {
      static Cell Any;
      read(Any);
    }
  };

  static uint64_t walksOf(Stepped &R) {
    uint64_t Walks = 0;
    R.run([&] { Walks = CurrentTx->Reader.walks(); });
    return Walks;
  }
};

TEST_F(VersionPastStripeTest, TheWordsOfAStripeTakeOneWalk) {
  static Stripe X = {{1, 2, 3, 4}};
  OpenScan R;
  commitElsewhere([] { write(X.Words[0], 5); });
  commitElsewhere([] { write(X.Words[2], 6); });
  uint64_t Before = walksOf(R);
  for (unsigned I = 0; I != 4; ++I)
    EXPECT_EQ(R.read(X.Words[I]), I + 1);
  EXPECT_EQ(walksOf(R), Before + 2); // Odd while it walks.
}

TEST_F(VersionPastStripeTest, AWordThatIsWrittenAfterTheWalkIsAsBefore) {
  static Stripe X = {{1, 2, 3, 4}};
  OpenScan R;
  commitElsewhere([] { write(X.Words[0], 5); });
  EXPECT_EQ(R.read(X.Words[0]), 1u);
  commitElsewhere([] { write(X.Words[1], 6); });
  EXPECT_EQ(R.read(X.Words[1]), 2u);
}

TEST_F(VersionPastStripeTest, AWordThatIsBeingWrittenAfterTheWalkIsAsBefore) {
  static Stripe X = {{1, 2, 3, 4}};
  OpenScan R;
  commitElsewhere([] { write(X.Words[0], 5); });
  EXPECT_EQ(R.read(X.Words[0]), 1u);
  OpenUpdate U;
  U.write(X.Words[1], 6);
  EXPECT_EQ(R.read(X.Words[1]), 2u);
  EXPECT_EQ(R.read(X.Words[0]), 1u);
  U.write(X.Words[2], 7);
  EXPECT_EQ(R.read(X.Words[2]), 3u);
}

/// The value is loaded, the orec not looked at.
TEST_F(VersionPastStripeTest, AWordThatIsWrittenBeforeTheOrecIsLookedAtIsToo) {
  static Stripe X = {{1, 2, 3, 4}};
  OpenScan R;
  commitElsewhere([] { write(X.Words[0], 5); });
  EXPECT_EQ(R.read(X.Words[0]), 1u);
  Stop BeforeWord(TestPoint::ReadBeforeWord);
  uint64_t Seen = 0;
  R.tell([&] {
    // The first look is the one that every read begins with.
    BeforeWord.arm(2);
    Seen = read(X.Words[1]);
  });
  BeforeWord.awaitArrival();
  commitElsewhere([] { write(X.Words[1], 6); });
  BeforeWord.release(1);
  BeforeWord.awaitArrival(2);
  commitElsewhere([] { write(X.Words[1], 7); });
  BeforeWord.release();
  R.await();
  EXPECT_EQ(Seen, 2u);
}

TEST_F(VersionPastStripeTest, SmallerWritesCoverTheirOwnBytesOnly) {
  static Stripe X = {{0x1111111111111111u, 0, 0, 0}};
  auto *Bytes = reinterpret_cast<uint8_t *>(X.Words);
  OpenScan R;
  commitElsewhere([=] { __stm_write_u8(Bytes + 1, 0x22); });
  uint8_t First = 0;
  R.run([&] { First = __stm_read_u8(Bytes); });
  EXPECT_EQ(First, 0x11);
  commitElsewhere([=] { __stm_write_u8(Bytes + 2, 0x33); });
  EXPECT_EQ(R.read(X.Words[0]), 0x1111111111111111u);
}

TEST_F(VersionPastStripeTest, AWordThatWasWrittenInPartTakesNoWalkOfItsOwn) {
  static Stripe X = {{0x1111111111111111u, 0, 0, 0}};
  auto *Bytes = reinterpret_cast<uint8_t *>(X.Words);
  OpenScan R;
  commitElsewhere([=] { __stm_write_u8(Bytes + 1, 0x22); });
  uint64_t Before = walksOf(R);
  EXPECT_EQ(R.read(X.Words[3]), 0u);
  EXPECT_EQ(R.read(X.Words[0]), 0x1111111111111111u);
  EXPECT_EQ(walksOf(R), Before + 2);
}

TEST_F(VersionPastStripeTest, TheNextTransactionKnowsNothingOfIt) {
  static Stripe X = {{1, 2, 3, 4}};
  Stepped Same(Stepped::Outside);
  Same.run([] {
    inSnapshot([] {
      commitElsewhere([] { write(X.Words[0], 5); });
      EXPECT_EQ(read(X.Words[0]), 1u);
    });
    inSnapshot([] {
      EXPECT_EQ(read(X.Words[0]), 5u);
      commitElsewhere([] { write(X.Words[0], 6); });
      EXPECT_EQ(read(X.Words[0]), 5u);
    });
    atomically([] { EXPECT_EQ(read(X.Words[0]), 6u); });
  });
}

TEST_F(VersionPastStripeTest, ABlockThatTheSnapshotAllocatesHasNoPast) {
  auto *Block = static_cast<uint64_t *>(operator new(64));
  *Block = 1;
  {
    OpenScan R;
    commitElsewhere([=] { write(*Block, 2); });
    EXPECT_EQ(R.read(*Block), 1u);
    uint64_t Seen = 0;
    R.run([&] {
      // What malloc does once the other thread has freed it plainly.
      CurrentTx->noteAllocation({Block, 0, 0, Deallocator::Delete}, 64);
      *Block = 3; // As the pass writes fresh memory.
      Seen = read(*Block);
    });
    EXPECT_EQ(Seen, 3u);
  }
  operator delete(Block);
}

/// Whatever has been there before.
TEST_F(VersionPastStripeTest, ItsOwnFramesHaveNoPast) {
  OpenScan R;
  uint64_t Seen = 0;
  R.run([&] {
    volatile uint64_t Own = 1;
    uint64_t &Word = const_cast<uint64_t &>(Own);
    commitElsewhere([&] { write(Word, 2); });
    Own = 3; // As the pass writes what is the function's own.
    Seen = read(Word);
  });
  EXPECT_EQ(Seen, 3u);
}

/// By the way that is inlined into programs.
TEST_F(VersionPastStripeTest, WhatIsInlinedFindsTheSame) {
  static Stripe X = {{0x1111111122223344, 2, 3, 4}};
  OpenScan R;
  commitElsewhere([] { write(X.Words[0], uint64_t{5}); });
  commitElsewhere([] { write(X.Words[3], uint64_t{6}); });
  uint64_t Before = walksOf(R);
  R.run([] {
    EXPECT_EQ(__stm_read_slow_u8(&X.Words[0]), 0x44u);
    EXPECT_EQ(__stm_read_slow_u16(&X.Words[0]), 0x3344u);
    EXPECT_EQ(__stm_read_slow_u32(&X.Words[0]), 0x22223344u);
    EXPECT_EQ(__stm_read_slow_u64(&X.Words[0]), 0x1111111122223344u);
    EXPECT_EQ(__stm_read_slow_u64(&X.Words[1]), 2u);
    EXPECT_EQ(__stm_read_slow_u64(&X.Words[3]), 4u);
  });
  EXPECT_EQ(walksOf(R), Before + 2);
}

/// Who may write after all validates then whatever it has read.
TEST_F(VersionPastStripeTest, WhoKeepsAReadSetNotesEachRead) {
  static Stripe X = {{1, 2, 3, 4}};
  static Cell Y;
  OpenUpdate U;
  for (int I = 0; I != 16; ++I)
    U.rollBack();
  SnapshotMode How = SnapshotMode::None;
  U.run([&] { How = CurrentTx->Snap; });
  ASSERT_EQ(How, SnapshotMode::Tracked);
  EXPECT_EQ(U.read(Y), 0u);
  commitElsewhere([] { write(X.Words[0], 5); });
  size_t Before = 0, After = 0;
  EXPECT_EQ(U.read(X.Words[0]), 1u);
  U.run([&] { Before = CurrentTx->Reads.size(); });
  EXPECT_EQ(U.read(X.Words[0]), 1u);
  U.run([&] { After = CurrentTx->Reads.size(); });
  EXPECT_EQ(After, Before + 1);
}

} // namespace

} // namespace stm::rt::testing
