//===- rt/version_lazy_test.cpp - waits that are left for later -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "abi/clone_table.h"
#include "abi/counting.h"
#include "tx/attempt.h"
#include "tx/scope.h"

#include <cstdlib>
#include <exception>
#include <pthread.h>

namespace stm::rt::testing {

namespace {

/// A thread, and an attempt that is older than what it does.
class VersionLazyTest : public VersionTest {
protected:
  VersionLazyTest() { ParsedOptions.Quiesce = QuiesceMode::Lazy; }

  Stepped Self{Stepped::Outside};
};

TEST_F(VersionLazyTest, ALazyCommitDoesNotWait) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] { lazily([] { write(X.Value, 1); }); });
  Self.await();
  Self.tell([] { inReadOnlyLazily([] { EXPECT_EQ(read(X.Value), 1u); }); });
  Self.await();
  Older.finish();
}

TEST_F(VersionLazyTest, WhoAwaitsItWaits) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] {
    lazily([] { write(X.Value, 1); });
    CurrentTx->awaitQuiescence();
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

TEST_F(VersionLazyTest, WhatWasOnlyReadMayHaveBeenPrivatizedToo) {
  static Cell X;
  OpenUpdate Older;
  Stepped Writer(Stepped::Outside);
  Writer.tell([] { atomically([] { write(X.Value, 1); }); });
  await([] { return peekIs(X, 1) && !X.orec().load().isLocked(); },
        "the commit");
  Self.tell([] {
    inReadOnlyLazily([] { read(X.Value); });
    CurrentTx->awaitQuiescence();
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
  Writer.await();
}

TEST_F(VersionLazyTest, WhoBeganLaterIsNotWaitedFor) {
  static Cell X;
  Self.tell([] { lazily([] { write(X.Value, 1); }); });
  Self.await();
  OpenUpdate Newer;
  Self.tell([] { CurrentTx->awaitQuiescence(); });
  Self.await();
  Newer.finish();
}

TEST_F(VersionLazyTest, OnceIsEnough) {
  static Cell X;
  Self.tell([] {
    lazily([] { write(X.Value, 1); });
    lazily([] { write(X.Value, 2); });
    EXPECT_NE(CurrentTx->PendingQuiescence, 0u);
    CurrentTx->awaitQuiescence();
    EXPECT_EQ(CurrentTx->PendingQuiescence, 0u);
  });
  Self.await();
}

/// A block that frees \p Blocks of \p Bytes, and is newer than all before it.
void freeLazily(unsigned Blocks, size_t Bytes) {
  static Cell X;
  std::vector<void *> All(Blocks);
  for (void *&Block : All)
    Block = operator new(Bytes);
  lazily([&] {
    write(X.Value, read(X.Value) + 1);
    for (void *Block : All)
      __stm_wrap__ZdlPvm(Block, Bytes);
  });
}

/// Blocks of that size are counted when they are freed.
constexpr size_t Watched = 777;
std::atomic<unsigned> Freed{0};

/// With late frees, though this program has an operator delete of its own.
class VersionLateFreesTest : public VersionLazyTest {
protected:
  VersionLateFreesTest() {
    LibrariesFree = true;
    Freed = 0;
  }
};

TEST_F(VersionLateFreesTest, WhoFreesALittleLeavesTheWaitToo) {
  OpenUpdate Older;
  Self.run([] { freeLazily(/*Blocks=*/2, Watched); });
  Self.run([] { freeLazily(1, Watched); });
  Self.tell([] { CurrentTx->awaitQuiescence(); });
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_EQ(Freed, 0u);
  Older.finish();
  Self.await();
  EXPECT_EQ(Freed, 3u);
}

TEST_F(VersionLateFreesTest, WhoFreesLargeBlocksDoesNotLeaveIt) {
  OpenUpdate Older;
  Self.tell([] { freeLazily(1, LateFrees::MostBytes + 1); });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

TEST_F(VersionLateFreesTest, WhoFreesManyBlocksWaitsNowAndThen) {
  OpenUpdate Older;
  Self.tell([] {
    for (unsigned I = 0; I != LateFrees::Most + 1; ++I)
      freeLazily(1, Watched);
  });
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_EQ(Freed, 0u);
  Older.finish();
  Self.await();
  EXPECT_EQ(Freed, LateFrees::Most + 1);
}

TEST_F(VersionLateFreesTest, WhereTheProgramFreesItIsDoneAtOnce) {
  LibrariesFree = false;
  OpenUpdate Older;
  Self.tell([] { freeLazily(1, Watched); });
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_EQ(Freed, 0u);
  Older.finish();
  Self.await();
  EXPECT_EQ(Freed, 1u);
}

// They may read what they find on the way to it.
TEST_F(VersionLateFreesTest, WhatIsFreedBesideSnapshotsIsTheirs) {
  OpenUpdate Other;
  OpenSnapshot Reader;
  Self.tell([] { freeLazily(1, Watched); });
  EXPECT_TRUE(Self.staysBusy());
  Other.finish();
  Self.await();
  EXPECT_EQ(Freed, 0u);
  Reader.finish();
}

// Those that can wait don't go before.
TEST_F(VersionLateFreesTest, WhoFreesMoreThanThereIsRoomForFreesAllAfterIt) {
  OpenUpdate Older;
  Self.run([] { freeLazily(LateFrees::Most - 1, Watched); });
  Self.tell([] { freeLazily(3, Watched); });
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_EQ(Freed, 0u);
  Older.finish();
  Self.await();
  EXPECT_EQ(Freed, LateFrees::Most + 2);
}

TEST_F(VersionLateFreesTest, WhatAThreadWithTransactionsOnlyFreesWaits) {
  OpenUpdate Older;
  Self.tell([] {
    currentTx().HasTransactionsOnly = true;
    freeLazily(1, Watched);
    unsigned Attempts = 0;
    lazily([&] {
      ++Attempts;
      __stm_before_telling();
    });
    EXPECT_EQ(Attempts, 1u);
    CurrentTx->awaitQuiescence();
    CurrentTx->HasTransactionsOnly = false;
  });
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_EQ(Freed, 0u);
  Older.finish();
  Self.await();
  EXPECT_EQ(Freed, 1u);
}

TEST_F(VersionLateFreesTest, WhoWaitsAtACommitFreesThem) {
  OpenUpdate Older;
  Stop Waits(TestPoint::QuiesceBeforeSlot);
  Self.tell([&] {
    freeLazily(1, Watched);
    Waits.arm();
    atomically([] {});
  });
  Waits.awaitArrival(); // Who finds nobody older frees nothing either.
  Waits.release();
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_EQ(Freed, 0u);
  Older.finish();
  Self.await();
  EXPECT_EQ(Freed, 1u);
}

TEST_F(VersionLateFreesTest, AThreadsEndFreesThem) {
  SecondThread Other;
  std::thread([] {
    freeLazily(1, Watched);
    EXPECT_EQ(Freed, 0u);
  }).join();
  EXPECT_EQ(Freed, 1u);
}

TEST_F(VersionLateFreesTest, AnExceptionThatLeavesFreesThem) {
  SecondThread Other;
  Self.run([] {
    freeLazily(1, Watched);
    EXPECT_EQ(Freed, 0u);
    try {
      lazily([] { throw 1; });
    } catch (int) {
    }
    EXPECT_EQ(Freed, 1u);
    EXPECT_EQ(CurrentTx->PendingQuiescence, 0u);
  });
}

TEST_F(VersionLazyTest, WhoHasHooksDoesNotLeaveIt) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] {
    lazily([] {
      write(X.Value, 1);
      stm_on_commit([](void *) {}, nullptr);
    });
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

TEST_F(VersionLazyTest, HooksBetweenAttemptsWait) {
  static Cell X;
  static std::atomic<bool> HasRun;
  HasRun = false;
  OpenUpdate Older;
  Self.tell([] {
    lazily([] { write(X.Value, 1); });
    bool Again = false;
    lazily([&] {
      if (std::exchange(Again, true))
        return;
      stm_on_abort([](void *) { HasRun = true; }, nullptr);
      rollBackNow();
    });
  });
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_FALSE(HasRun);
  Older.finish();
  Self.await();
}

TEST_F(VersionLazyTest, WhoTakesAllocationsBackWaits) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] {
    lazily([] { write(X.Value, 1); });
    bool Again = false;
    lazily([&] {
      if (std::exchange(Again, true))
        return;
      __stm_wrap_malloc(8);
      rollBackNow();
    });
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

TEST_F(VersionLazyTest, RollbacksDoNot) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] {
    lazily([] { write(X.Value, 1); });
    bool Again = false;
    lazily([&] {
      write(X.Value, 2);
      if (!std::exchange(Again, true))
        rollBackNow();
    });
  });
  Self.await();
  Older.finish();
}

TEST_F(VersionLazyTest, WhoWaitsHasWaitedForThoseBeforeToo) {
  static Cell X;
  Self.run([] {
    lazily([] { write(X.Value, 1); });
    EXPECT_NE(CurrentTx->PendingQuiescence, 0u);
    freeLazily(1, LateFrees::MostBytes + 1);
    EXPECT_EQ(CurrentTx->PendingQuiescence, 0u);
  });
}

TEST_F(VersionLazyTest, AnExceptionDoesNotLeaveIt) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] {
    try {
      lazily([] {
        write(X.Value, 1);
        throw 1;
      });
    } catch (int) {
    }
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

// Code that a transaction runs as it stands may come to it; the transaction's
// own slot is up, and others may wait for that.
TEST_F(VersionLazyTest, InsideATransactionNobodyWaits) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] {
    lazily([] { write(X.Value, 1); });
    lazily([] { CurrentTx->awaitQuiescence(); });
    EXPECT_NE(CurrentTx->PendingQuiescence, 0u);
  });
  Self.await();
  Older.finish();
}

TEST_F(VersionLazyTest, AThreadWithTransactionsOnlyLeavesIt) {
  static Cell X;
  OpenUpdate Older;
  Self.tell([] {
    currentTx().HasTransactionsOnly = true;
    lazily([] { write(X.Value, 1); });
    CurrentTx->awaitQuiescence();
    CurrentTx->HasTransactionsOnly = false;
  });
  Self.await();
  Older.finish();
}

/// Tells others what the transaction would not have told them by its commit.
using Telling = void (*)();

class VersionTellingTest : public VersionLazyTest {
protected:
  /// A block that does what \p Tell does waits for who is older than the one
  /// before it.
  void expectToWait(Telling Tell) {
    static Cell X;
    Attempts = 0;
    HasTold = false;
    {
      OpenUpdate Older;
      Self.tell([this, Tell] {
        lazily([] { write(X.Value, 1); });
        lazily([this, Tell] {
          ++Attempts;
          write(X.Value, 2);
          Tell();
          HasTold = true;
        });
      });
      // Who waits holds nothing.
      await(
          [&] {
            return Attempts == 1 && peekIs(X, 1) && !X.orec().load().isLocked();
          },
          "its rollback");
      EXPECT_TRUE(Self.staysBusy());
      EXPECT_FALSE(HasTold);
      Older.finish();
      Self.await();
    }
    EXPECT_TRUE(HasTold);
    stm_abort_info Info;
    Self.run([&] { EXPECT_EQ(stm_last_abort_info(&Info), 0); });
    EXPECT_EQ(Info.kind, STM_ABORT_PRIVATE);
    EXPECT_EQ(Attempts, 2u);
    EXPECT_EQ(X.Value, 2u);
  }

  std::atomic<unsigned> Attempts{0};
  std::atomic<bool> HasTold{false};
};

TEST_F(VersionTellingTest, WhoCallsWhatTellsOthersWaits) {
  expectToWait([] { __stm_before_telling(); });
}

TEST_F(VersionTellingTest, WhoTakesALockWaits) {
  static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
  expectToWait([] {
    EXPECT_EQ(__stm_wrap_pthread_mutex_lock(&Lock), 0);
    EXPECT_EQ(__stm_wrap_pthread_mutex_unlock(&Lock), 0);
  });
}

TEST_F(VersionTellingTest, WhoTriesALockWaits) {
  static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
  expectToWait([] {
    EXPECT_EQ(__stm_wrap_pthread_mutex_trylock(&Lock), 0);
    EXPECT_EQ(__stm_wrap_pthread_mutex_unlock(&Lock), 0);
  });
}

TEST_F(VersionTellingTest, WhoIsInevitableBesideOthersWaits) {
  expectToWait([] { __stm_become_inevitable_beside("a test"); });
}

TEST_F(VersionTellingTest, WhoTakesAReferenceWaits) {
  static std::atomic<int> Count;
  Count = 1;
  expectToWait([] {
    CountRow *Row = abi::countRow(
        &Count, [](void *, uint32_t Uses, uint32_t) { Count -= Uses; },
        /*Pc=*/0);
    EXPECT_TRUE(abi::takeReference(Row->Use, Count, /*Pc=*/0));
  });
  EXPECT_EQ(Count, 2);
}

TEST_F(VersionTellingTest, WhoCallsAFunctionThatRunsAsItStandsWaits) {
  static constexpr auto Pure = [] {};
  static void (*const Address)() = Pure;
  static const stm_clone Row = {reinterpret_cast<void *>(Address),
                                reinterpret_cast<void *>(Address)};
  registerClones(&Row, 1);
  expectToWait([] { EXPECT_EQ(__stm_clone_of(Row.original), Row.clone); });
  unregisterClones(&Row, 1);
}

// One that it wraps: the row's version is another function.
TEST_F(VersionTellingTest, WhoCallsAPureWrapperByAddressWaits) {
  static int Original, Pure;
  static const stm_clone Rows[] = {{&Original, &Pure}, {&Pure, &Pure}};
  registerClones(Rows, 2);
  expectToWait([] { EXPECT_EQ(__stm_clone_of(&Original), &Pure); });
  unregisterClones(Rows, 2);
}

TEST_F(VersionTellingTest, WhoAsksForTheExceptionWaitsAndKeepsNone) {
  static Cell X;
  static std::atomic<unsigned> Alive;
  struct Thrown {
    Thrown() { ++Alive; }
    Thrown(const Thrown &) { ++Alive; }
    ~Thrown() { --Alive; }
  };
  OpenUpdate Older;
  Self.tell([] {
    try {
      throw Thrown();
    } catch (...) {
      std::exception_ptr Caught;
      lazily([] { write(X.Value, 1); });
      lazily([&] {
        ExceptionPtr Now = __stm_wrap__ZSt17current_exceptionv();
        memcpy(static_cast<void *>(&Caught), &Now, sizeof(Caught));
      });
      EXPECT_TRUE(Caught);
    }
    EXPECT_EQ(Alive, 0u);
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

TEST_F(VersionTellingTest, WhoNamesAHandlerWaits) {
  expectToWait([] { stm_on_conflict(nullptr, nullptr); });
}

TEST_F(VersionTellingTest, InAScopeToo) {
  expectToWait([] {
    Body Inner = [](void *) { __stm_before_telling(); };
    runScope(*CurrentTx, Inner, Inner, nullptr, /*Catches=*/0, /*Pc=*/0);
  });
}

TEST_F(VersionTellingTest, WhoSleepsUntilAChangeWaits) {
  static Cell X;
  static std::atomic<int> Calls;
  Calls = 0;
  __stm_on_sleep([](int) { ++Calls; });
  OpenUpdate Older;
  Self.tell([] {
    lazily([] { write(X.Value, 1); });
    lazily([] {
      if (read(X.Value) == 1)
        stm_retry();
    });
  });
  EXPECT_TRUE(Self.staysBusy());
  EXPECT_EQ(Calls, 0);
  Older.finish();
  await([] { return Calls == 1; }, "its sleep");
  atomically([] { write(X.Value, 2); });
  Self.await();
  __stm_on_sleep(nullptr);
}

TEST_F(VersionTellingTest, WhoRunsAloneHasWaited) {
  static Cell X;
  std::atomic<unsigned> Attempts{0};
  OpenUpdate Older;
  Self.tell([&] {
    lazily([] { write(X.Value, 1); });
    lazily([&] {
      ++Attempts;
      stm_become_inevitable("a test");
      __stm_before_telling();
    });
  });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
  EXPECT_EQ(Attempts, 1u);
}

TEST_F(VersionTellingTest, WhoHasToldLeavesNoWaitForAWhile) {
  static Cell X, Y;
  expectToWait([] { __stm_before_telling(); });
  OpenUpdate Older;
  Self.tell([] { lazily([] { write(Y.Value, 1); }); });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  for (unsigned I = 0; I != 100; ++I) // Then it tries again.
    Self.run([] { lazily([] { write(X.Value, read(X.Value) + 1); }); });
  OpenUpdate Another;
  Self.run([] { lazily([] { write(Y.Value, 1); }); });
  Another.finish();
}

TEST_F(VersionTellingTest, WhereNobodyIsOlderNothingBeginsAgain) {
  static Cell X;
  Self.run([] { lazily([] { write(X.Value, 1); }); });
  OpenUpdate Newer;
  Self.run([] {
    unsigned Attempts = 0;
    lazily([&] {
      ++Attempts;
      __stm_before_telling();
    });
    EXPECT_EQ(Attempts, 1u);
  });
  Newer.finish();
}

// It is told so by transactions only, too.
TEST_F(VersionTellingTest, AThreadWithTransactionsOnlyNeedNot) {
  static Cell X;
  OpenUpdate Older;
  Self.run([] {
    unsigned Attempts = 0;
    currentTx().HasTransactionsOnly = true;
    lazily([] { write(X.Value, 1); });
    lazily([&] {
      ++Attempts;
      __stm_before_telling();
    });
    CurrentTx->HasTransactionsOnly = false;
    EXPECT_EQ(Attempts, 1u);
  });
  Older.finish();
}

/// A function that runs as it stands.
int compares(const void *, const void *) { return 0; }
const stm_clone CompareRow = {reinterpret_cast<void *>(compares),
                              reinterpret_cast<void *>(compares)};

TEST_F(VersionTellingTest, WhoSortsByWhatTellsOthersWaits) {
  static uint64_t Values[2];
  registerClones(&CompareRow, 1);
  expectToWait(
      [] { __stm_wrap_qsort(Values, 2, 8, reinterpret_cast<Ptr>(compares)); });
  unregisterClones(&CompareRow, 1);
}

TEST_F(VersionTellingTest, WhoRunsAnInnerBlockThatTellsOthersWaits) {
  static constexpr auto Inner = [](void *) {};
  static void (*const Address)(void *) = Inner;
  static const stm_clone Row = {reinterpret_cast<void *>(Address),
                                reinterpret_cast<void *>(Address)};
  registerClones(&Row, 1);
  expectToWait([] { __stm_nested(Address, nullptr, 0); });
  unregisterClones(&Row, 1);
}

TEST_F(VersionLazyTest, AnOptionMakesAllWaitAtOnce) {
  static Cell X;
  ParsedOptions.Quiesce = QuiesceMode::Always;
  OpenUpdate Older;
  Self.tell([] { lazily([] { write(X.Value, 1); }); });
  EXPECT_TRUE(Self.staysBusy());
  Older.finish();
  Self.await();
}

} // namespace

} // namespace stm::rt::testing

void operator delete(void *Block, size_t Bytes) noexcept {
  if (Bytes == stm::rt::testing::Watched)
    ++stm::rt::testing::Freed;
  ::operator delete(Block);
}
