//===- rt/version_retry_test.cpp - asleep until something changes ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// stm_retry by steps: no wake-up is lost, whenever the change comes. And inner
// blocks that are undone while snapshots read.
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include <ctime>
#include <functional>
#include <new>
#include <signal.h>

namespace {

/// What the program's deallocator of aligned blocks does, once.
std::function<void()> AtDelete;

} // namespace

void *operator new(size_t Bytes, std::align_val_t Align) {
  void *Block;
  if (posix_memalign(&Block, std::max(size_t(Align), sizeof(void *)), Bytes))
    abort();
  return Block;
}
void operator delete(void *Block, std::align_val_t) noexcept {
  if (std::function<void()> Does = std::move(AtDelete)) {
    AtDelete = nullptr;
    Does();
  }
  free(Block);
}
void operator delete(void *Block, size_t, std::align_val_t Align) noexcept {
  operator delete(Block, Align);
}

namespace stm::rt::testing {

namespace {

/// A block in the running transaction that has a mark.
template <class F> Outcome scope(F &&Block, unsigned Catches = 0) {
  auto Run = [](void *Arg) {
    (*static_cast<std::remove_reference_t<F> *>(Arg))();
  };
  stm::rt::Body Function = Run;
  return runScope(*CurrentTx, Function, Function,
                  const_cast<void *>(static_cast<const void *>(&Block)),
                  Catches, 0);
}

/// A thread that retries while \p X is 0.
class Sleeper {
public:
  explicit Sleeper(
      Cell &X, std::function<void()> First = [] {})
      : Thread([this, &X, First] {
          First();
          atomically([&] {
            Attempts.fetch_add(1);
            if (!read(X.Value))
              stm_retry();
          });
          Over.store(true);
        }) {}
  ~Sleeper() { Thread.join(); }
  bool isOver() const { return Over.load(); }
  unsigned attempts() const { return Attempts.load(); }
  void awaitEnd() const {
    await([&] { return isOver(); }, "a sleeper to wake");
  }
  pthread_t handle() { return Thread.native_handle(); }

private:
  std::atomic<unsigned> Attempts{0};
  std::atomic<bool> Over{false};
  std::thread Thread;
};

bool someoneWaits() {
  bool Found = false;
  forEachDescriptor(
      [&](Tx &T) { Found |= T.Room.State.load() == WaitingRoom::Waiting; });
  return Found && (Versioning.load() & VersioningWord::HasWaiters);
}
void awaitSleep() {
  await(someoneWaits, "a thread to go to sleep");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

class VersionRetryTest : public VersionTest {
protected:
  VersionRetryTest() { transactionsMayLeave(); }
};

TEST_F(VersionRetryTest, ACommitOfWhatWasReadWakes) {
  Cell X;
  Sleeper S(X);
  awaitSleep();
  EXPECT_FALSE(S.isOver());
  EXPECT_EQ(S.attempts(), 1u);
  atomically([&] { write(X.Value, 1); });
  S.awaitEnd();
  EXPECT_EQ(S.attempts(), 2u);
  EXPECT_EQ(Versioning.load() & VersioningWord::HasWaiters, 0u);
  EXPECT_EQ(stats().retries, 1u);
}

TEST_F(VersionRetryTest, ACommitOfOtherThingsDoesNot) {
  Cell X;
  std::vector<Cell> Others(8);
  Sleeper S(X);
  awaitSleep();
  for (Cell &Other : Others)
    atomically([&] { write(Other.Value, 1); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(S.attempts(), 1u);
  atomically([&] { write(X.Value, 1); });
}

// A read of a stripe that the attempt has locked already isn't in the read set.
TEST_F(VersionRetryTest, ACommitOfWhatWasReadBesideAnOwnWriteWakes) {
  struct alignas(64) {
    uint64_t Waiting = 0, Ready = 0;
  } Pair;
  for (bool ReadsMore : {false, true}) {
    Cell Other;
    Pair = {};
    std::atomic<bool> Over{false};
    std::thread Sleeps([&] {
      atomically([&] {
        if (ReadsMore)
          read(Other.Value);
        write(Pair.Waiting, 1);
        if (!read(Pair.Ready))
          stm_retry();
      });
      Over.store(true);
    });
    awaitSleep();
    EXPECT_FALSE(Over.load());
    atomically([&] { write(Pair.Ready, 1); });
    await([&] { return Over.load(); }, "a sleeper to wake");
    Sleeps.join();
    EXPECT_EQ(Pair.Waiting, 1u);
  }
}

TEST_F(VersionRetryTest, ItUsesNoProcessorTime) {
  Cell X;
  Sleeper S(X);
  awaitSleep();
  clockid_t Clock;
  ASSERT_EQ(pthread_getcpuclockid(S.handle(), &Clock), 0);
  timespec Before, After;
  clock_gettime(Clock, &Before);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  clock_gettime(Clock, &After);
  EXPECT_EQ(Before.tv_sec, After.tv_sec);
  EXPECT_EQ(Before.tv_nsec, After.tv_nsec);
  atomically([&] { write(X.Value, 1); });
}

TEST_F(VersionRetryTest, AChangeBeforeItIsRegisteredIsFound) {
  Cell X;
  Stop AtRegistration(TestPoint::RetryBeforeRegistration);
  Sleeper S(X, [&] { AtRegistration.arm(); });
  AtRegistration.awaitArrival();
  commitElsewhere(X, 1);
  AtRegistration.release();
  S.awaitEnd();
}

TEST_F(VersionRetryTest, AChangeBeforeItLooksIsFound) {
  Cell X;
  Stop Registered(TestPoint::RetryRegistered);
  Sleeper S(X, [&] { Registered.arm(); });
  Registered.awaitArrival();
  commitElsewhere(X, 1);
  Registered.release();
  S.awaitEnd();
}

TEST_F(VersionRetryTest, AChangeAfterItHasLookedWakes) {
  Cell X;
  Stop BeforeSleep(TestPoint::RetryBeforeSleep);
  Sleeper S(X, [&] { BeforeSleep.arm(); });
  BeforeSleep.awaitArrival();
  commitElsewhere(X, 1);
  BeforeSleep.release();
  S.awaitEnd();
}

// The writer looked for waiters when there was none, and releases when the
// waiter has looked.
TEST_F(VersionRetryTest, AWriterThatHasLookedStillHoldsTheLock) {
  Cell X;
  Stop Registration(TestPoint::RetryBeforeRegistration);
  Sleeper S(X, [&] { Registration.arm(); });
  Registration.awaitArrival();
  Stop Release(TestPoint::BeforeRelease);
  OpenSnapshot Slow; // So that the commit passes that point.
  Stepped Writer(Stepped::Update);
  Writer.awaitAttempt(1);
  Writer.arm(Release);
  Writer.write(X, 1);
  Writer.startFinish();
  Release.awaitArrival();
  Registration.release();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  Release.release();
  S.awaitEnd();
}

TEST_F(VersionRetryTest, WhatRunsAloneWakesAllAtItsEnd) {
  static Cell X;
  X.Value = 0;
  Sleeper S(X);
  awaitSleep();
  commitElsewhere([] {
    stm_become_inevitable("test");
    X.Value = 1;
  });
  S.awaitEnd();
}

TEST_F(VersionRetryTest, WhatRanAloneBeforeItLookedIsNoticed) {
  static Cell X;
  X.Value = 0;
  Stop AtRegistration(TestPoint::RetryBeforeRegistration);
  Sleeper S(X, [&] { AtRegistration.arm(); });
  AtRegistration.awaitArrival();
  commitElsewhere([] {
    stm_become_inevitable("test");
    X.Value = 1;
  });
  AtRegistration.release();
  S.awaitEnd();
}

TEST_F(VersionRetryTest, WhatItHadWrittenItselfDoesNotWakeIt) {
  Cell X, Y;
  std::atomic<unsigned> Attempts{0};
  std::thread Waiting([&] {
    atomically([&] {
      ++Attempts;
      write(Y.Value, read(Y.Value) + 1);
      if (!read(X.Value))
        stm_retry();
    });
  });
  awaitSleep();
  EXPECT_EQ(Attempts, 1u);
  EXPECT_EQ(Y.Value, 0u);
  EXPECT_FALSE(Y.orec().load().isLocked());
  atomically([&] { write(X.Value, 1); });
  Waiting.join();
  EXPECT_EQ(Y.Value, 1u);
  // Once more: what it had written counts as read.
}

// Its rollback's time may be another thread's newest: with that it stamps what
// it is about to store plainly to the same stripe.
TEST_F(VersionRetryTest, AStampWithItsRollbacksTimeHidesNoChange) {
  static struct alignas(32) {
    uint64_t Value = 0, Neighbour = 0;
  } X;
  static Cell Y;
  UncheckedSince = NeverUnchecked;
  OpenUpdate Older; // Or nothing is stamped.
  Stop AtRegistration(TestPoint::RetryBeforeRegistration);
  std::atomic<unsigned> Attempts{0};
  std::atomic<bool> HasChanged{false};
  std::thread Waiting([&] {
    AtRegistration.arm();
    atomically([&] {
      ++Attempts;
      if (read(X.Value))
        return;
      write(Y.Value, 1);
      await([&] { return HasChanged.load(); }, "a change");
      stm_retry();
    });
  });
  await([&] { return Y.orec().load().isLocked(); }, "its lock");
  commitElsewhere([] { write(X.Value, 1); });
  HasChanged = true;
  AtRegistration.awaitArrival();
  Timestamp RolledBack = Y.orec().load().timestamp();
  ParsedOptions.Quiesce = QuiesceMode::Lazy;
  Stepped Self(Stepped::Outside);
  Self.run([] {
    inReadOnlyLazily([] { read(Y.Value); });
    abi::__stm_settle(&X.Neighbour, 8);
  });
  EXPECT_EQ(orecOf(&X).load(), OrecWord(RolledBack));
  AtRegistration.release();
  for (int I = 0; I != 100 && Attempts == 1; ++I)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(Attempts, 2u);
  Older.finish();
  commitElsewhere([] { write(X.Value, 2); }); // If it sleeps all the same.
  Waiting.join();
}

TEST_F(VersionRetryTest, ARollbackWakesNobody) {
  Cell X;
  Sleeper S(X);
  awaitSleep();
  int Attempts = 0;
  atomically([&] {
    if (++Attempts > 1)
      return;
    write(X.Value, 1);
    rollBackNow();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(S.attempts(), 1u);
  atomically([&] { write(X.Value, 1); });
}

// A rollback gives back what the attempt has allocated by the program's
// deallocator, which may run blocks that retry themselves.
TEST_F(VersionRetryTest, WhatItWaitsForOutlivesADeallocatorThatRetries) {
  Cell X, Y;
  unsigned Attempts = 0;
  std::atomic<bool> IsOver{false};
  std::thread Thread([&] {
    AtDelete = [&Y] {
      atomically([&] {
        if (!read(Y.Value))
          stm_retry();
      });
    };
    atomically([&] {
      ++Attempts;
      if (read(X.Value))
        return;
      constexpr std::align_val_t Align{64};
      ASSERT_TRUE(CurrentTx->Allocations.noteAllocation(
          {operator new(64, Align), 64, 64, Deallocator::DeleteAligned}));
      stm_retry();
    });
    IsOver.store(true);
  });
  awaitSleep(); // In the deallocator.
  atomically([&] { write(Y.Value, 1); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  awaitSleep(); // For X.
  EXPECT_FALSE(IsOver.load());
  atomically([&] { write(X.Value, 1); });
  await([&] { return IsOver.load(); }, "a sleeper to wake");
  Thread.join();
  EXPECT_EQ(Attempts, 2u);
}

TEST_F(VersionRetryTest, SignalsDoNotEndIt) {
  Cell X;
  signal(SIGUSR1, [](int) {});
  Sleeper S(X);
  awaitSleep();
  for (int I = 0; I != 10; ++I)
    pthread_kill(S.handle(), SIGUSR1);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(S.isOver());
  EXPECT_EQ(S.attempts(), 1u);
  atomically([&] { write(X.Value, 1); });
}

TEST_F(VersionRetryTest, ASnapshotThatRetriesRunsOnAsAnUpdate) {
  Cell X;
  std::thread Waiting([&] {
    inSnapshot([&] {
      if (!read(X.Value))
        stm_retry();
    });
  });
  awaitSleep();
  EXPECT_FALSE(Versioning.hasSnapshots());
  atomically([&] { write(X.Value, 1); });
  Waiting.join();
}

TEST_F(VersionRetryTest, AloneItLetsTheOthersRunWhileItSleeps) {
  Cell X;
  std::thread Waiting([&] {
    unsigned Attempts = 0;
    atomically([&] {
      if (++Attempts == 1) {
        CurrentTx->startAlone("test", 0);
        rollBackNow();
      }
      if (!read(X.Value))
        stm_retry();
    });
  });
  awaitSleep();
  EXPECT_EQ(ExclusiveFlag.load(), 0u);
  atomically([&] { write(X.Value, 1); });
  Waiting.join();
}

TEST_F(VersionRetryTest, TheSecondAlternativeRunsIfTheFirstRetries) {
  Cell X, Y;
  atomically([&] {
    write(Y.Value, 1);
    EXPECT_EQ(scope(
                  [&] {
                    write(Y.Value, 2);
                    if (!read(X.Value))
                      stm_retry();
                  },
                  STM_CATCH_RETRY),
              Outcome::Retried);
    EXPECT_EQ(read(Y.Value), 1u);
  });
  EXPECT_EQ(Y.Value, 1u);
  EXPECT_EQ(stats().retries, 0u);
}

TEST_F(VersionRetryTest, ItSleepsOnWhatBothAlternativesRead) {
  for (int Which = 0; Which != 2; ++Which) {
    Cell X[2];
    std::thread Waiting([&] {
      atomically([&] {
        if (scope(
                [&] {
                  if (!read(X[0].Value))
                    stm_retry();
                },
                STM_CATCH_RETRY) == Outcome::Retried &&
            !read(X[1].Value))
          stm_retry();
      });
    });
    awaitSleep();
    atomically([&] { write(X[Which].Value, 1); });
    Waiting.join();
  }
}

TEST_F(VersionRetryTest, ASnapshotReadsOnWhileAnInnerBlockIsUndone) {
  Cell X, Y;
  atomically([&] { write(X.Value, 1), write(Y.Value, 1); });
  OpenSnapshot Before;
  Stepped Writer(Stepped::Update);
  Writer.awaitAttempt(1);
  Writer.run([&] {
    write(X.Value, 2);
    scope([&] {
      write(X.Value, 3);
      write(Y.Value, 3);
      stm_cancel();
    });
  });
  OpenSnapshot Between;
  EXPECT_EQ(Before.read(X), 1u);
  EXPECT_EQ(Before.read(Y), 1u);
  EXPECT_EQ(Between.read(X), 1u);
  EXPECT_EQ(Between.read(Y), 1u);
  Writer.write(Y, 4);
  EXPECT_EQ(Before.read(Y), 1u);
  EXPECT_EQ(Between.read(Y), 1u);
  Writer.finish();
  EXPECT_EQ(Before.read(X), 1u);
  EXPECT_EQ(Before.read(Y), 1u);
  EXPECT_EQ(Between.read(X), 1u);
  EXPECT_EQ(Between.read(Y), 1u);
  EXPECT_EQ(readNow(X), 2u);
  EXPECT_EQ(readNow(Y), 4u);
}

// The attempt began without versions; the stripe whose only write has been
// undone is released with a new word, so it must have a version all the same.
TEST_F(VersionRetryTest, AnUndoneWriteIsLinkedAtTheCommit) {
  Cell X, Y;
  atomically([&] { write(Y.Value, 1); });
  Stepped Writer(Stepped::Update);
  Writer.awaitAttempt(1);
  Writer.run([&] {
    write(X.Value, 1);
    scope([&] {
      write(Y.Value, 3);
      stm_cancel();
    });
  });
  OpenSnapshot Before;
  Writer.finish();
  Timestamp S = Before.snapshot();
  EXPECT_GT(Y.orec().load().raw(), S);
  EXPECT_EQ(Before.read(Y), 1u);
  commitElsewhere(Y, 5);
  EXPECT_EQ(Before.read(Y), 1u);
  EXPECT_EQ(readNow(Y), 5u);
}

using VersionRetryDeathTest = VersionRetryTest;

TEST_F(VersionRetryDeathTest, RetryWithoutAnyRead) {
  EXPECT_EXIT(atomically([] { stm_retry(); }), ::testing::ExitedWithCode(66),
              "has read nothing");
}

TEST_F(VersionRetryDeathTest, RetryOutsideOfATransaction) {
  EXPECT_EXIT(stm_retry(), ::testing::ExitedWithCode(66),
              "stm_retry\\(\\) was called outside");
}

TEST_F(VersionRetryDeathTest, RetryOfWhatIsInevitable) {
  Cell X;
  EXPECT_EXIT(atomically([&] {
                read(X.Value);
                stm_become_inevitable("I/O");
                stm_retry();
              }),
              ::testing::ExitedWithCode(66),
              "stm_retry.*inevitable \\(I/O, at ");
}

} // namespace

} // namespace stm::rt::testing
