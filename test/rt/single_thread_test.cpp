//===- rt/single_thread_test.cpp - blocks of a process with one thread ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/single_thread.h"

#include "tx_testing.h"

#include "base/options.h"

namespace stm::rt::testing {

namespace {

/// Threads of former tests have ended.
class SingleThreadTest : public Counting {
protected:
  SingleThreadTest() {
    ParsedOptions.SingleThread = SingleThreadMode::Plain;
    initSingleThread();
    __libc_single_threaded = 1;
  }
  ~SingleThreadTest() override {
    EXPECT_FALSE(isTokenTaken());
    EXPECT_FALSE(isExclusive());
  }

  static bool isExclusive() { return ExclusiveFlag.load() != 0; }
  static bool isPlain() { return CurrentTx->InPlainBlock.load(); }

  /// Runs no transaction.
  static void registerOnly() { currentTx(); }
};

TEST_F(SingleThreadTest, ABlockRunsAsItWasWritten) {
  atomically([] {
    EXPECT_TRUE(isPlain());
    EXPECT_TRUE(CurrentTx->isDirect());
    EXPECT_FALSE(isTokenTaken());
    EXPECT_FALSE(isExclusive());
  });
  EXPECT_FALSE(isPlain());
  EXPECT_EQ(stats().single_threaded, 1u);
}

TEST_F(SingleThreadTest, WhoRegistersGivesTokenAndExclusivityToTheBlock) {
  Steps At;
  std::thread Other;
  atomically([&] {
    ASSERT_TRUE(isPlain());
    Other = std::thread([&] {
      registerOnly();
      At.reach(1);
      At.await(2);
    });
    At.await(1);
    EXPECT_TRUE(holdsToken(*CurrentTx));
    EXPECT_TRUE(isExclusive());
  });
  // Its end has given them back.
  EXPECT_FALSE(isTokenTaken());
  EXPECT_FALSE(isExclusive());
  At.reach(2);
  Other.join();
}

TEST_F(SingleThreadTest, OthersTransactionsWaitForTheBlocksEnd) {
  static Cell X;
  Steps At;
  std::thread Other;
  atomically([&] {
    ASSERT_TRUE(isPlain());
    X.Value = 1;
    Other = std::thread([&] {
      atomically([&] {
        At.reach(1);
        EXPECT_EQ(read(X.Value), 2u);
      });
    });
    EXPECT_FALSE(At.happens(1));
    X.Value = 2;
  });
  EXPECT_TRUE(At.arrives(1));
  Other.join();
}

TEST_F(SingleThreadTest, ItsEndGivesThemBackThoughTheOtherThreadIsGone) {
  atomically([] {
    ASSERT_TRUE(isPlain());
    std::thread(registerOnly).join();
    EXPECT_TRUE(CurrentTx->IsLone.load());
    EXPECT_TRUE(holdsToken(*CurrentTx));
    EXPECT_TRUE(isExclusive());
  });
}

TEST_F(SingleThreadTest, AnExceptionThatLeavesGivesThemBackToo) {
  EXPECT_THROW(atomically([] {
                 ASSERT_TRUE(isPlain());
                 std::thread(registerOnly).join();
                 throw 1;
               }),
               int);
}

TEST_F(SingleThreadTest, OutsideOfABlockNothingIsGiven) {
  atomically([] { EXPECT_TRUE(isPlain()); });
  std::thread(registerOnly).join();
  EXPECT_FALSE(isTokenTaken());
  EXPECT_FALSE(isExclusive());
}

TEST_F(SingleThreadTest, BlocksBesideAnotherThreadAreTransactions) {
  SecondThread Other;
  atomically([] { EXPECT_TRUE(optimistic()); });
}

} // namespace

} // namespace stm::rt::testing
