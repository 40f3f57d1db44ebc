//===- rt/version_life_test.cpp - snapshots in the life of a process ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include <pthread.h>
#include <sys/wait.h>

namespace stm::rt::testing {

namespace {

/// Snapshots and what else happens to transactions: inevitability, exceptions,
/// ends of threads, fork, nesting.
class VersionLifeTest : public VersionTest {
protected:
  ~VersionLifeTest() override {
    EXPECT_FALSE(Versioning.isOn()) << "a snapshot is still counted";
  }
};

TEST_F(VersionLifeTest,
       OneThatBecomesInevitableLinksWhatSnapshotsWouldWaitFor) {
  static Cell X, Y;
  OpenUpdate U;
  U.write(X, 1);
  U.write(Y, 1);
  OpenSnapshot R;
  Stop At(TestPoint::InevitableBeforeExclusive);
  U.arm(At);
  U.tell([] { stm_become_inevitable("a test"); });
  At.awaitArrival();
  bool IsLinked = X.orec().load().isLinked() && Y.orec().load().isLinked();
  EXPECT_TRUE(IsLinked);
  At.release();
  if (IsLinked) { // Else it would wait, and be waited for.
    EXPECT_EQ(R.read(X), 0u);
    EXPECT_EQ(R.read(Y), 0u);
  }
  EXPECT_TRUE(U.staysBusy());
  R.finish();
  U.await();
  U.write(X, 2);
  U.finish();
  EXPECT_EQ(U.attempts(), 1u);
  EXPECT_EQ(readNow(X), 2u);
  EXPECT_EQ(readNow(Y), 1u);
}

TEST_F(VersionLifeTest, ASnapshotBecomesInevitableByStartingAgainAlone) {
  static Cell X;
  OpenSnapshot R;
  commitElsewhere(X, 1);
  EXPECT_EQ(R.read(X), 0u);
  OpenUpdate U;
  U.write(X, 2);
  R.tell([] { stm_become_inevitable("a test"); });
  EXPECT_FALSE(U.isOver());
  U.finish(); // It is waited for.
  R.awaitAttempt(2);
  bool IsInevitable = false;
  R.run([&] { IsInevitable = stm_is_inevitable(); });
  EXPECT_TRUE(IsInevitable);
  EXPECT_EQ(R.read(X), 2u);
  R.run([] { X.Value = 3; });
  R.finish();
  EXPECT_EQ(readNow(X), 3u);
}

TEST_F(VersionLifeTest,
       ASnapshotThatWasPublishedWhileAnotherAsksToRunAloneWaits) {
  static Cell X;
  OpenSnapshot R;
  OpenUpdate U;
  U.write(X, 1);
  U.tell([] { stm_become_inevitable("a test"); });
  await([] { return ExclusiveFlag.load() != 0; }, "the request to run alone");
  Stepped Late(Stepped::Snapshot);
  EXPECT_EQ(R.read(X), 0u);
  R.finish();
  U.await();
  EXPECT_EQ(Late.attempts(), 0u);
  U.finish();
  EXPECT_EQ(Late.read(X), 1u);
}

TEST_F(VersionLifeTest, AnExceptionThatLeavesASnapshotEndsIt) {
  static Cell X;
  uint64_t Seen = ~0u;
  EXPECT_THROW(inSnapshot([&] {
                 Seen = read(X.Value);
                 throw 5;
               }),
               int);
  EXPECT_EQ(Seen, 0u);
  EXPECT_FALSE(Versioning.isOn());
  EXPECT_EQ(stats().snapshots, 1u);
  EXPECT_FALSE(stm_in_transaction());
}

TEST_F(VersionLifeTest, TheEndOfTheThreadEndsItsSnapshot) {
  static Cell X;
  pthread_t Thread;
  pthread_create(
      &Thread, nullptr,
      [](void *) -> void * {
        inSnapshot([] {
          read(X.Value);
          pthread_exit(nullptr);
        });
        return nullptr;
      },
      nullptr);
  pthread_join(Thread, nullptr);
  EXPECT_FALSE(Versioning.isOn());
  commitElsewhere(X, 1);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionLifeTest, ASnapshotInAnUpdateIsPartOfIt) {
  static Cell X;
  uint64_t Inside = 0;
  atomically([&] {
    write(X.Value, 1);
    inSnapshot([&] { Inside = read(X.Value); });
    EXPECT_FALSE(Versioning.isOn());
    write(X.Value, 2);
  });
  EXPECT_EQ(Inside, 1u);
  EXPECT_EQ(readNow(X), 2u);
}

TEST_F(VersionLifeTest, ABlockInASnapshotIsPartOfIt) {
  static Cell X;
  OpenSnapshot R;
  commitElsewhere(X, 1);
  uint64_t Seen = ~0u, Deeper = ~0u;
  R.run([&] {
    atomically([&] {
      Seen = read(X.Value);
      inSnapshot([&] { Deeper = read(X.Value); });
    });
  });
  EXPECT_EQ(Seen, 0u);
  EXPECT_EQ(Deeper, 0u);
  EXPECT_EQ(R.read(X), 0u);
}

TEST_F(VersionLifeTest, AWriteInASnapshotEndsTheProgramWithAMessage) {
  static Cell X;
  EXPECT_DEATH(inSnapshot([] { atomically([] { write(X.Value, 1); }); }),
               "snapshot");
}

/// \p Child returns 0, or the number of what went wrong.
template <class F> void expectInChild(pid_t Pid, F Child) {
  if (Pid == 0)
    _exit(Child());
  int Status = -1;
  ASSERT_EQ(waitpid(Pid, &Status, 0), Pid);
  EXPECT_TRUE(WIFEXITED(Status));
  EXPECT_EQ(WEXITSTATUS(Status), 0);
}

TEST_F(VersionLifeTest, AForkWaitsForSnapshotsAndTheChildHasNone) {
  static Cell X;
  OpenSnapshot R;
  commitElsewhere([] {
    for (unsigned I = 0; I != 4000; ++I)
      write(X.Value, 1);
  });
  Stepped Forker(Stepped::Outside);
  Forker.tell([] {
    expectInChild(fork(), [] {
      if (Versioning.isOn())
        return 1;
      uint64_t Seen = 0;
      std::thread([&] { Seen = readNow(X); }).join();
      if (Seen != 1)
        return 2;
      OpenSnapshot Mine;
      commitElsewhere(X, 2);
      fillChunks(3);
      stm_collect(2);
      return Mine.read(X) != 1 ? 3 : readNow(X) != 2 ? 4 : 0;
    });
  });
  EXPECT_TRUE(Forker.staysBusy());
  EXPECT_EQ(R.read(X), 0u);
  R.finish();
  Forker.await();
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionLifeTest, AForkInsideASnapshotThatIsInevitableByThen) {
  static Cell X;
  OpenSnapshot R;
  commitElsewhere(X, 1);
  R.tell([] { stm_become_inevitable("fork"); });
  R.awaitAttempt(2);
  R.run([] {
    expectInChild(fork(), [] {
      return Versioning.isOn() ? 1 : !stm_is_inevitable() ? 2 : 0;
    });
  });
  EXPECT_EQ(R.read(X), 1u);
  R.finish();
}

} // namespace

} // namespace stm::rt::testing
