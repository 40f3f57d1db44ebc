//===- rt/quiescence_test.cpp - commits wait for older attempts -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx_testing.h"

#include <algorithm>
#include <fcntl.h>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

using QuiescenceTest = Counting;

/// A thread inside a transaction that has to be waited for, until it is told to
/// leave.
class OpenAttempt {
public:
  explicit OpenAttempt(Cell *Reads = nullptr)
      : Worker([this, Reads] {
          atomically([&] {
            mustBeWaitedFor();
            if (Reads)
              read(Reads->Value);
            Snapshot = CurrentTx->Snapshot;
            At.reach(1);
            At.await(2);
          });
        }) {
    At.await(1);
  }
  ~OpenAttempt() {
    leave();
    Worker.join();
  }
  void leave() { At.reach(2); }
  Timestamp snapshot() const { return Snapshot; }

private:
  Steps At;
  Timestamp Snapshot = 0;
  std::thread Worker;
};

/// Runs \p Body as a transaction in a thread and reaches step 1 after it.
template <class F> std::thread commitOf(Steps &At, F Body) {
  return std::thread([&At, Body] {
    atomically(Body);
    At.reach(1);
  });
}

TEST_F(QuiescenceTest, UpdateWaitsForAnOlderAttempt) {
  Cell X;
  Steps At;
  OpenAttempt Older;
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_FALSE(At.happens(1));
  // It waits after it has released its lock.
  EXPECT_FALSE(X.orec().load().isLocked());
  Older.leave();
  EXPECT_TRUE(At.arrives(1));
  Committer.join();
}

TEST_F(QuiescenceTest, UpdateDoesNotWaitForANewerAttempt) {
  Cell X;
  SecondThread Fences;
  atomically([&] { write(X.Value, 1); });
  OpenAttempt Newer;
  // Its snapshot is that commit's time: nothing older to wait for.
  Steps At;
  std::thread Reader = commitOf(At, [&] { read(X.Value); });
  EXPECT_TRUE(At.arrives(1));
  Newer.leave();
  Reader.join();
}

/// A commit has changed \p X and itself still waits. Who then runs \p Body, and
/// has seen that, waits likewise.
template <class F> void expectToWait(Cell &X, F Body) {
  Steps Written, Seen;
  OpenAttempt Older;
  std::thread Writer = commitOf(Written, [&] { write(X.Value, 1); });
  while (X.orec().load().isLocked() || peekIs(X, 0))
    std::this_thread::yield();
  std::thread Waiting = commitOf(Seen, Body);
  EXPECT_FALSE(Seen.happens(1));
  Older.leave();
  EXPECT_TRUE(Seen.arrives(1));
  Waiting.join();
  Writer.join();
}

TEST_F(QuiescenceTest, ReadOnlyCommitWaitsToo) {
  Cell X;
  expectToWait(X, [&] { EXPECT_EQ(read(X.Value), 1u); });
}

// It has learnt from it what is its own.
TEST_F(QuiescenceTest, WhoCancelsWaitsToo) {
  Cell X;
  expectToWait(X, [&] {
    EXPECT_EQ(read(X.Value), 1u);
    stm_cancel();
  });
}

// Whoever reads it may have been given something.
TEST_F(QuiescenceTest, DeferredOutputComesAfterIt) {
  int Ends[2];
  ASSERT_EQ(pipe2(Ends, O_NONBLOCK), 0);
  Cell X;
  Steps At;
  OpenAttempt Older;
  std::thread Writer = commitOf(At, [&] {
    write(X.Value, 1);
    stm_deferred_write(Ends[1], "x", 1);
  });
  EXPECT_FALSE(At.happens(1));
  char Text;
  EXPECT_EQ(::read(Ends[0], &Text, 1), -1);
  Older.leave();
  EXPECT_TRUE(At.arrives(1));
  EXPECT_EQ(::read(Ends[0], &Text, 1), 1);
  Writer.join();
  close(Ends[0]);
  close(Ends[1]);
}

TEST_F(QuiescenceTest, ReadOnlyCommitAsOfBeforeDoesNotWait) {
  Cell X;
  SecondThread Fences;
  OpenAttempt Other; // As old as what follows.
  Steps At;
  std::thread Reader = commitOf(At, [&] { read(X.Value); });
  EXPECT_TRUE(At.arrives(1));
  Other.leave();
  Reader.join();
}

TEST_F(QuiescenceTest, ExtendedAttemptsAreNotWaitedFor) {
  Cell X, Y;
  Steps At, Extend;
  std::thread Older([&] {
    atomically([&] {
      mustBeWaitedFor();
      read(Y.Value);
      Extend.reach(1);
      Extend.await(2);
      // Sees the new X with a newer snapshot: it can do no harm any more.
      EXPECT_EQ(read(X.Value), 1u);
      Extend.await(3);
    });
  });
  Extend.await(1);
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_FALSE(At.happens(1));
  Extend.reach(2);
  EXPECT_TRUE(At.arrives(1));
  Extend.reach(3);
  Committer.join();
  Older.join();
}

/// A thread that runs \p Body as a transaction, and does \p Meanwhile in it, or
/// gets to no barrier, until it is told to leave.
class ComputingAttempt {
public:
  template <class F>
  explicit ComputingAttempt(F Body)
      : ComputingAttempt(Body, [] { std::this_thread::yield(); }) {}
  template <class F, class G>
  ComputingAttempt(F Body, G Meanwhile)
      : Worker([this, Body, Meanwhile] {
          atomically([&] {
            ++Attempts;
            Body();
            At.reach(1);
            while (!At.has(2))
              Meanwhile();
          });
        }) {
    At.await(1);
  }
  ~ComputingAttempt() { leave(); }
  /// Returns how many attempts it took.
  unsigned leave() {
    At.reach(2);
    if (Worker.joinable())
      Worker.join();
    return Attempts;
  }

private:
  Steps At;
  unsigned Attempts = 0;
  std::thread Worker;
};

TEST_F(QuiescenceTest, WhoComputesIsVouchedFor) {
  Cell X, Read, Written;
  Steps At;
  SecondThread Fences;
  ComputingAttempt Older([&] {
    read(Read.Value);
    write(Written.Value, read(Written.Value) + 1);
  });
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_TRUE(At.arrives(1));
  Committer.join();
  EXPECT_EQ(stats().quiescence_waits, 1u);
  EXPECT_EQ(Older.leave(), 1u);
  EXPECT_EQ(Written.Value, 1u);
}

TEST_F(QuiescenceTest, WhoHasReadWhatHasChangedIsWaitedFor) {
  Cell X;
  Steps At;
  SecondThread Fences;
  ComputingAttempt Older([&] { read(X.Value); });
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_FALSE(At.happens(1));
  EXPECT_EQ(Older.leave(), 1u); // As of before.
  EXPECT_TRUE(At.arrives(1));
  Committer.join();
}

// Of a long read set too, that has moved and lost its repetitions.
TEST_F(QuiescenceTest, WhoHasReadMuchIsVouchedForIfNothingOfItHasChanged) {
  constexpr size_t Words = 100000;
  std::vector<uint64_t> Many(Words);
  std::set<const Orec *> Theirs;
  for (uint64_t &Word : Many)
    Theirs.insert(&orecOf(&Word));
  // One whose ownership record is none of theirs: neighbours of it may all be,
  // so of more than these are.
  std::vector<Cell> Others(Theirs.size() + 1);
  Cell &X = *std::find_if(Others.begin(), Others.end(),
                          [&](Cell &C) { return !Theirs.contains(&C.orec()); });
  SecondThread Fences;
  for (bool Changes : {false, true}) {
    Steps At;
    ComputingAttempt Older([&] {
      for (int Time = 0; Time != 3; ++Time)
        for (uint64_t &Word : Many)
          read(Word);
    });
    std::thread Committer = commitOf(At, [&] {
      write(X.Value, 1);
      if (Changes)
        write(Many[Words / 2], 1);
    });
    if (Changes)
      EXPECT_FALSE(At.happens(1));
    else
      EXPECT_TRUE(At.arrives(1));
    EXPECT_EQ(Older.leave(), 1u);
    Committer.join();
  }
}

// Its reads haven't been noted.
TEST_F(QuiescenceTest, NobodyVouchesForWhoIsProvenToReadOnly) {
  Cell X, Other;
  Steps At, Step;
  SecondThread Fences;
  std::thread Older([&] {
    inReadOnly([&] {
      read(Other.Value);
      Step.reach(1);
      Step.await(2);
    });
  });
  Step.await(1);
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_FALSE(At.happens(1));
  Step.reach(2);
  EXPECT_TRUE(At.arrives(1));
  Older.join();
  Committer.join();
}

// While others look at what it has read, one adds to it, moves it, drops
// repetitions and begins anew.
TEST_F(QuiescenceTest, ReadSetsGrowWhileOthersVouch) {
  std::vector<uint64_t> Many(20000);
  std::atomic<bool> Ends{false};
  std::thread Reader([&] {
    while (!Ends)
      atomically([&] {
        for (int Time = 0; Time != 2; ++Time)
          for (uint64_t &Word : Many)
            read(Word);
        std::this_thread::yield();
      });
  });
  Cell X;
  for (uint64_t I = 0; I != 300; ++I)
    atomically([&] { write(X.Value, I); });
  Ends = true;
  Reader.join();
  EXPECT_EQ(X.Value, 299u);
}

// Outside of attempts the read set has no room, and nothing is noted in it: a
// signal's handler may run a block in the middle of a barrier there.
TEST_F(QuiescenceTest, BarriersOutsideOfAttemptsNoteNothing) {
  Cell X;
  atomically([&] { read(X.Value); });
  uint32_t *End = CurrentTx->Reads.end();
  EXPECT_TRUE(CurrentTx->Reads.isFull());
  read(X.Value);
  EXPECT_EQ(CurrentTx->Reads.end(), End);
}

TEST_F(QuiescenceTest, AForksChildFindsNoReadSetLocked) {
  std::vector<uint64_t> Many(5000);
  atomically([] {});
  // As by a thread that vouches for this one.
  std::thread([Self = CurrentTx] { Self->ReadsLock.lock(); }).join();
  pid_t Child = fork();
  ASSERT_NE(Child, -1);
  if (Child == 0) {
    atomically([&] {
      for (uint64_t &Word : Many)
        read(Word); // It has to grow.
    });
    _exit(0);
  }
  CurrentTx->ReadsLock.unlock();
  int Status;
  ASSERT_EQ(waitpid(Child, &Status, 0), Child);
  EXPECT_EQ(Status, 0);
}

/// The same, which goes on reading.
class ReadingAttempt : public ComputingAttempt {
public:
  ReadingAttempt(Cell &First, Cell &Again)
      : ComputingAttempt([&] { read(First.Value); },
                         [&] { read(Again.Value); }) {}
};

TEST_F(QuiescenceTest, WhoGoesOnReadingIsNotWaitedForToTheEnd) {
  Cell X, First, Again;
  Steps At;
  SecondThread Fences;
  ReadingAttempt Older(First, Again);
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_TRUE(At.arrives(1));
  Committer.join();
  EXPECT_EQ(Older.leave(), 1u);
}

TEST_F(QuiescenceTest, WhatWasReadBeforeStandsAfterAskingInVain) {
  Cell X, Again;
  Steps At;
  SecondThread Fences;
  ReadingAttempt Older(X, Again);
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_FALSE(At.happens(1));
  EXPECT_EQ(Older.leave(), 1u); // As of before.
  EXPECT_TRUE(At.arrives(1));
  Committer.join();
}

TEST_F(QuiescenceTest, FreesAreDeferredPastIt) {
  Cell X;
  Steps At;
  void *Block = malloc(size_t{4} << 20);
  auto *Bytes = static_cast<volatile char *>(Block);
  Bytes[100000] = 42;
  OpenAttempt Older;
  std::thread Committer = commitOf(At, [&] {
    write(X.Value, 1);
    __stm_wrap_free(Block);
  });
  EXPECT_FALSE(At.happens(1));
  // A block of that size is unmapped when it is freed.
  EXPECT_EQ(Bytes[100000], 42);
  Older.leave();
  EXPECT_TRUE(At.arrives(1));
  Committer.join();
}

TEST_F(QuiescenceTest, WaitingThreadsHoldNothing) {
  Cell X;
  Steps At;
  OpenAttempt Older;
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  while (peekIs(X, 0) || X.orec().load().isLocked())
    std::this_thread::yield();
  // A third thread uses what the waiting one has committed, and then waits too.
  Steps Third;
  std::thread User =
      commitOf(Third, [&] { write(X.Value, read(X.Value) + 1); });
  while (peekIs(X, 1) || X.orec().load().isLocked())
    std::this_thread::yield();
  EXPECT_FALSE(At.happens(1));
  EXPECT_FALSE(Third.happens(1));
  Older.leave();
  User.join();
  Committer.join();
  EXPECT_EQ(X.Value, 2u);
}

TEST_F(QuiescenceTest, StmQuiesceWaitsForRunningAttempts) {
  Cell X;
  Steps At;
  SecondThread Fences;
  ComputingAttempt Older([] {}); // Of which nobody has to be afraid.
  // Something newer has been committed.
  std::thread Writer([&] { atomically([&] { write(X.Value, 1); }); });
  while (peekIs(X, 0) || X.orec().load().isLocked())
    std::this_thread::yield();
  std::thread Quiescer([&] {
    stm_quiesce();
    At.reach(1);
  });
  EXPECT_FALSE(At.happens(1));
  Older.leave();
  EXPECT_TRUE(At.arrives(1));
  Quiescer.join();
  Writer.join();
}

TEST(QuiescenceDeathTest, StmQuiesceInsideIsAnError) {
  EXPECT_DEATH(atomically([] { stm_quiesce(); }),
               "stm_quiesce\\(\\) was called inside a transaction");
}

TEST_F(QuiescenceTest, CountsWaits) {
  Cell X;
  Steps At;
  OpenAttempt Older;
  std::thread Committer = commitOf(At, [&] { write(X.Value, 1); });
  EXPECT_FALSE(At.happens(1));
  Older.leave();
  Committer.join();
  EXPECT_EQ(stats().quiescence_waits, 1u);
}

} // namespace
