//===- rt/version_quiet_test.cpp - waits that are over for everybody ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

namespace stm::rt::testing {

namespace {

class VersionQuietTest : public VersionTest {
protected:
  VersionQuietTest() { ParsedOptions.Quiesce = QuiesceMode::Always; }
  void SetUp() override {
    VersionTest::SetUp();
    if (runsUnderTsan())
      GTEST_SKIP() << "all commits take the long way";
  }
};

/// The thread's next commit isn't one that the report looks at: those take
/// another way.
void getOverSamples() {
  do
    atomically([] {});
  while (CurrentTx->IsUnusual);
}

/// Reads as of now.
void justRead(const Cell &X) {
  atomically([&] { read(X.Value); });
}

TEST_F(VersionQuietTest, OneLookAtTheSlotsIsEnoughForATime) {
  static Cell X;
  auto LookFor = [] {
    atomically([] { write(X.Value, 1); });
    getOverSamples();
    atomically([] { write(X.Value, 2); });
    Timestamp Now = Clock.now();
    EXPECT_LT(CurrentTx->QuietUpTo, Now);
    EXPECT_FALSE(Quiet.covers(Now));
    justRead(X);
    EXPECT_EQ(CurrentTx->QuietUpTo, Now);
    return Now;
  };
  SecondThread Fences;
  // Of two threads each looks for itself.
  EXPECT_FALSE(Quiet.covers(LookFor()));
  SecondThread More;
  Timestamp Now = LookFor();
  EXPECT_TRUE(Quiet.covers(Now));
  EXPECT_FALSE(Quiet.covers(Now + 1));
}

TEST_F(VersionQuietTest, WhoFindsANoteLooksAtNoSlot) {
  static Cell X;
  Stepped Writer(Stepped::Outside), Reader(Stepped::Outside);
  Reader.run(getOverSamples);
  OpenUpdate Older;
  Writer.tell([] { atomically([] { write(X.Value, 1); }); });
  await([] { return peekIs(X, 1) && !X.orec().load().isLocked(); },
        "the commit");
  Quiet.note(Clock.now()); // As if somebody had looked.
  Reader.run([] {
    justRead(X);
    EXPECT_EQ(CurrentTx->QuietUpTo, Clock.now());
  });
  Older.finish();
  Writer.await();
}

TEST_F(VersionQuietTest, WhoFindsAnOlderAttemptLeavesNoNote) {
  static Cell X;
  Stepped Writer(Stepped::Outside), Reader(Stepped::Outside);
  Reader.tell(getOverSamples);
  Reader.await();
  OpenUpdate Older;
  Writer.tell([] { atomically([] { write(X.Value, 1); }); });
  await([] { return peekIs(X, 1) && !X.orec().load().isLocked(); },
        "the commit");
  Timestamp Time = Clock.now();
  Reader.tell([] { justRead(X); });
  EXPECT_TRUE(Reader.staysBusy());
  EXPECT_FALSE(Quiet.covers(Time));
  Older.finish();
  Reader.await();
  Reader.run([&] { EXPECT_LT(CurrentTx->QuietUpTo, Time); });
  Writer.await();
}

// It began to begin before the commit, and shows its slot after somebody has
// noted that all is quiet: what it reads is not as of before.
TEST_F(VersionQuietTest, ALateSlotWithAnOldTimeSeesWhatIsQuiet) {
  static Cell X;
  SecondThread Fences;
  Stop Late(TestPoint::BeginBeforeSlot);
  Stepped Old(Stepped::Outside);
  Old.arm(Late);
  uint64_t Seen = 99;
  Timestamp Began = 0;
  Old.tell([&] {
    atomically([&] {
      Began = CurrentTx->Snapshot;
      Seen = read(X.Value);
    });
  });
  Late.awaitArrival();
  getOverSamples();
  commitElsewhere(X, 1);
  Timestamp Time = Clock.now();
  justRead(X);
  EXPECT_TRUE(Quiet.covers(Time));
  justRead(X); // Nobody's slot is looked at.
  Late.release();
  Old.await();
  EXPECT_LT(Began, Time);
  EXPECT_EQ(Seen, 1u);
}

// As a signal's handler that runs a block where another one has just shown its
// slot, and isn't in a transaction yet.
TEST_F(VersionQuietTest, ABeginThatAHandlerInterruptsHasItsSlot) {
  enum Way { None, Fast, Unusual };
  static thread_local Way Interrupts;
  static unsigned Blocks;
  Blocks = 0;
  SecondThread Others;
  TestPointHook.store([](TestPoint Point) {
    if (Point != TestPoint::BeginBeforeFlag || Interrupts == None)
      return;
    CurrentTx->IsUnusual = Interrupts == Unusual;
    Interrupts = None;
    atomically([] { ++Blocks; });
  });
  for (Way Each : {Fast, Unusual}) {
    getOverSamples();
    Interrupts = Each;
    uint64_t Slot = Idle;
    Timestamp Snapshot = 0;
    atomically([&] {
      Slot = CurrentTx->Slot.load();
      Snapshot = CurrentTx->Snapshot;
    });
    EXPECT_EQ(Slot, Snapshot);
  }
  EXPECT_EQ(Blocks, 2u);
  TestPointHook.store(Stop::hook);
}

} // namespace

} // namespace stm::rt::testing
