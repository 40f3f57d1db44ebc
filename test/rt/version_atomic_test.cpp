//===- rt/version_atomic_test.cpp - atomic loads of transactions ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who learns by an atomic load how far others have come has read nothing that
// is older, and who waits for what others store so looks again by itself.
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include <utility>

namespace stm::rt::testing {

namespace {

class VersionAtomicTest : public VersionTest {
protected:
  /// In a block of another thread: reads, and then learns of what happens
  /// Meanwhile. Returns both values, of the attempt that committed.
  template <class Run, class F>
  std::pair<uint64_t, uint64_t> readsThenLearns(Run Runs, F Meanwhile) {
    std::pair<uint64_t, uint64_t> Saw;
    Steps S;
    Attempts = 0;
    std::thread Reader([&] {
      atomically([] {}); // A transaction's begin isn't all that is new.
      Runs([&] {
        ++Attempts;
        uint64_t Data = read(X.Value);
        S.reach(1);
        S.await(2);
        uint64_t HowFar = __stm_read_atomic_u64(&Flag.Value);
        Saw = {Data, HowFar};
      });
    });
    S.await(1);
    Meanwhile();
    S.reach(2);
    Reader.join();
    return Saw;
  }

  /// What a program does that isn't in a transaction.
  static void publish() {
    __atomic_store_n(&Flag.Value, uint64_t{1}, __ATOMIC_RELEASE);
  }

  static inline Cell X, Y, Flag;
  int Attempts = 0;

  void SetUp() override {
    VersionTest::SetUp();
    X.Value = Y.Value = Flag.Value = 0;
  }
};

constexpr auto Atomically = [](auto Body) { atomically(Body); };
constexpr auto ReadingOnly = [](auto Body) { inReadOnly(Body); };

TEST_F(VersionAtomicTest, WhoLearnsOfACommitHasReadNothingOlder) {
  auto Saw = readsThenLearns(Atomically, [] {
    atomically([] { write(X.Value, 1); });
    publish();
  });
  EXPECT_EQ(Saw, std::pair(uint64_t{1}, uint64_t{1}));
  EXPECT_EQ(Attempts, 2);
}

TEST_F(VersionAtomicTest, NorHasWhoKeepsNoReadSet) {
  auto Saw = readsThenLearns(ReadingOnly, [] {
    atomically([] { write(X.Value, 1); });
    publish();
  });
  EXPECT_EQ(Saw, std::pair(uint64_t{1}, uint64_t{1}));
  EXPECT_EQ(Attempts, 2);
}

TEST_F(VersionAtomicTest, WhatHasNotChangedIsNoConflict) {
  auto Saw = readsThenLearns(Atomically, [] {
    atomically([] { write(Y.Value, 1); });
    publish();
  });
  EXPECT_EQ(Saw, std::pair(uint64_t{0}, uint64_t{1}));
  EXPECT_EQ(Attempts, 1);
}

TEST_F(VersionAtomicTest, NothingIsRolledBackForAPlainStoreAlone) {
  auto Saw = readsThenLearns(ReadingOnly, publish);
  EXPECT_EQ(Saw, std::pair(uint64_t{0}, uint64_t{1}));
  EXPECT_EQ(Attempts, 1);
}

TEST_F(VersionAtomicTest, ASnapshotRunsAlone) {
  bool WasAlone = false;
  publish();
  inSnapshot([&] {
    EXPECT_EQ(__stm_read_atomic_u64(&Flag.Value), 1u);
    WasAlone = stm_is_inevitable();
  });
  EXPECT_TRUE(WasAlone);
}

TEST_F(VersionAtomicTest, WhoHasChangedReferenceCountsRunsAlone) {
  bool WasAlone = false;
  atomically([&] {
    CurrentTx->HasCounts = !CurrentTx->isDirect();
    __stm_read_atomic_u64(&Flag.Value);
    WasAlone = stm_is_inevitable();
    CurrentTx->HasCounts = false;
  });
  EXPECT_TRUE(WasAlone);
}

TEST_F(VersionAtomicTest, WhatItHasWrittenItselfIsLoaded) {
  atomically([] {
    write(X.Value, 5);
    EXPECT_EQ(__stm_read_atomic_u64(&X.Value), 5u);
    EXPECT_TRUE(optimistic());
  });
}

TEST_F(VersionAtomicTest, OfEachSize) {
  static struct {
    uint64_t Long = 0x1122334455667788;
    uint32_t Word = 0x99aabbcc;
    uint16_t Half = 0xddee;
    uint8_t Byte = 0xff;
  } Of;
  auto Look = [] {
    EXPECT_EQ(__stm_read_atomic_u64(&Of.Long), Of.Long);
    EXPECT_EQ(__stm_read_atomic_u32(&Of.Word), Of.Word);
    EXPECT_EQ(__stm_read_atomic_u16(&Of.Half), Of.Half);
    EXPECT_EQ(__stm_read_atomic_u8(&Of.Byte), Of.Byte);
  };
  atomically(Look);
  Look(); // As barriers, they may stand in code that runs plainly.
}

TEST_F(VersionAtomicTest, WhoWaitsForAPlainStoreLooksAgain) {
  Steps S;
  std::thread Waiter([&] {
    atomically([&] {
      if (__stm_read_atomic_u64(&Flag.Value) == 0) {
        S.reach(1);
        stm_retry();
      }
    });
    S.reach(2);
  });
  S.await(1);
  EXPECT_FALSE(S.happens(2));
  publish();
  EXPECT_TRUE(S.arrives(2));
  Waiter.join();
}

} // namespace

} // namespace stm::rt::testing
