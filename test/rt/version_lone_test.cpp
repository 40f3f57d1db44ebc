//===- rt/version_lone_test.cpp - a thread without others -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/lone.h"

#include "version_testing.h"

#include <sys/wait.h>

namespace stm::rt::testing {

namespace {

class VersionLoneTest : public VersionTest {
protected:
  static bool isLone() { return CurrentTx->IsLone.load(); }
};

TEST_F(VersionLoneTest, AThreadIsLoneWhileNoOtherIsRegistered) {
  EXPECT_TRUE(isLone());
  {
    SecondThread Other;
    EXPECT_FALSE(isLone());
    SecondThread Third;
    EXPECT_FALSE(isLone());
  }
  EXPECT_TRUE(isLone());
}

TEST_F(VersionLoneTest, ASecondThreadWaitsForTheLoneOnesStep) {
  static Cell X;
  ASSERT_TRUE(isLone());
  Stop In(TestPoint::LoneStep);
  Steps At;
  std::thread Helper([&] {
    In.awaitArrival();
    std::thread Second([&] {
      currentTx();
      At.reach(1);
    });
    EXPECT_FALSE(At.happens(1));
    In.release();
    Second.join();
  });
  In.arm();
  atomically([] { write(X.Value, 1); });
  Helper.join();
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionLoneTest, LocksOfALoneStepKeepASecondThreadOut) {
  static Cell X, Y;
  Steps At;
  std::thread Second;
  unsigned Attempts = 0, Attempts2 = 0;
  atomically([&] {
    ++Attempts;
    write(X.Value, 1);
    EXPECT_TRUE(isLone());
    Second = std::thread([&] {
      atomically([&] {
        if (++Attempts2 == 2)
          At.reach(1); // Its first attempt has met the lock.
        write(X.Value, read(X.Value) + 1);
      });
    });
    At.await(1);
    EXPECT_FALSE(isLone());
    write(Y.Value, 1); // Locked as anybody does.
  });
  Second.join();
  EXPECT_EQ(Attempts, 1u);
  EXPECT_GE(Attempts2, 2u);
  EXPECT_EQ(readNow(X), 2u);
  EXPECT_EQ(readNow(Y), 1u);
}

TEST_F(VersionLoneTest, ASecondThreadsSnapshotSeesTheLoneOnesCommits) {
  static Cell X, Y;
  uint64_t Before = Clock.now();
  atomically([] { write(X.Value, 1); });
  atomically([] { write(Y.Value, 1); });
  EXPECT_EQ(Clock.now(), Before + 2);
  OpenSnapshot S;
  EXPECT_EQ(S.read(X), 1u);
  EXPECT_EQ(S.read(Y), 1u);
}

TEST_F(VersionLoneTest, ItIsLoneAgainInTheMiddleOfAnAttempt) {
  static Cell X, Y, Z;
  Cell *Cells[] = {&X, &Y, &Z};
  atomically([&] {
    auto Other = std::make_unique<SecondThread>();
    write(X.Value, 1);
    Other.reset();
    EXPECT_TRUE(isLone());
    write(Y.Value, read(X.Value) + 1);
    write(Z.Value, 3);
  });
  for (Cell *C : Cells)
    EXPECT_FALSE(C->orec().load().isLocked());
  EXPECT_EQ(readNow(X) + readNow(Y) + readNow(Z), 6u);
}

TEST_F(VersionLoneTest, AForksChildIsLone) {
  static Cell X;
  SecondThread Other;
  pid_t Child = fork();
  if (Child == 0) {
    atomically([] { write(X.Value, 1); });
    _exit(isLone() && readNow(X) == 1 ? 0 : 1);
  }
  EXPECT_FALSE(isLone());
  int Status = -1;
  ASSERT_EQ(waitpid(Child, &Status, 0), Child);
  EXPECT_EQ(Status, 0);
}

} // namespace

} // namespace stm::rt::testing
