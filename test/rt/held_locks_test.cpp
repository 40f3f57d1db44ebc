//===- test/rt/held_locks_test.cpp - locks of pthread in blocks -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "tx/held_locks.h"
#include "tx_testing.h"

#include <cerrno>
#include <ctime>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

class HeldLocksTest : public Counting {
protected:
  pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_t Other = PTHREAD_MUTEX_INITIALIZER;
  pthread_rwlock_t Shared = PTHREAD_RWLOCK_INITIALIZER;

  static bool isFree(pthread_mutex_t &M) {
    bool Result = false;
    std::thread([&] {
      Result = pthread_mutex_trylock(&M) == 0;
      if (Result)
        pthread_mutex_unlock(&M);
    }).join();
    return Result;
  }
};

TEST_F(HeldLocksTest, AMarkRestoresWhatTheProgramHeld) {
  HeldLocks Locks;
  pthread_mutex_lock(&Mutex);
  pthread_mutex_lock(&Other);
  Locks.add(&Mutex, LockKind::Mutex, 0);
  HeldLocks::Mark Here = Locks.mark();
  --Locks.find(&Mutex)->Program;
  Locks.add(&Other, LockKind::Mutex, 0);
  EXPECT_TRUE(Locks.hasDeferred());
  Locks.undoTo(Here);
  EXPECT_EQ(Locks.find(&Mutex)->Program, 1);
  EXPECT_EQ(Locks.find(&Other)->Program, 0);
  Locks.settle();
  EXPECT_TRUE(Locks.empty());
  EXPECT_FALSE(isFree(Mutex)); // The program's.
  EXPECT_TRUE(isFree(Other));
  pthread_mutex_unlock(&Mutex);
}

TEST_F(HeldLocksTest, WhatIsGoneIsNotGivenBack) {
  HeldLocks Locks;
  pthread_mutex_lock(&Mutex);
  pthread_mutex_lock(&Other);
  Locks.add(&Mutex, LockKind::Mutex, 0);
  Locks.add(&Other, LockKind::Mutex, 0);
  Locks.release([&](const void *Lock) { return Lock == &Other; });
  EXPECT_TRUE(Locks.empty());
  EXPECT_TRUE(isFree(Mutex));
  EXPECT_FALSE(isFree(Other));
  pthread_mutex_unlock(&Other);
}

TEST_F(HeldLocksTest, UnlockedItIsHeldUntilTheCommit) {
  atomically([&] {
    EXPECT_EQ(__stm_wrap_pthread_mutex_lock(&Mutex), 0);
    EXPECT_EQ(__stm_wrap_pthread_mutex_unlock(&Mutex), 0);
    EXPECT_TRUE(optimistic());
    EXPECT_FALSE(isFree(Mutex));
  });
  EXPECT_TRUE(isFree(Mutex));
  EXPECT_EQ(stats().inevitable, 1u);
}

TEST_F(HeldLocksTest, ARollbackGivesItBackAfterTheUndo) {
  Cell X;
  int Attempts = 0;
  atomically([&] {
    if (++Attempts == 2) {
      EXPECT_TRUE(isFree(Mutex));
      return;
    }
    EXPECT_EQ(__stm_wrap_pthread_mutex_lock(&Mutex), 0);
    write(X.Value, 1);
    rollBackNow();
  });
  EXPECT_EQ(Attempts, 2);
}

TEST_F(HeldLocksTest, WhatWasReadBeforeTheLockIsCurrentAfterIt) {
  Cell X;
  unsigned Began = 0, GotIt = 0;
  std::thread Writer;
  // A process's first access without a look at its stripe validates for itself.
  atomically([&] {
    __stm_wrap_pthread_mutex_lock(&Mutex);
    __stm_wrap_pthread_mutex_unlock(&Mutex);
  });
  atomically([&] {
    ++Began;
    read(X.Value);
    if (Began == 1) {
      Writer = std::thread([&] { atomically([&] { write(X.Value, 1); }); });
      // Committed; its end waits for this attempt's.
      while (peekIs(X, 0) || X.orec().load().isLocked())
        std::this_thread::yield();
    }
    __stm_wrap_pthread_mutex_lock(&Mutex);
    ++GotIt;
    __stm_wrap_pthread_mutex_unlock(&Mutex);
  });
  Writer.join();
  EXPECT_EQ(Began, 2u);
  EXPECT_EQ(GotIt, 1u);
  EXPECT_TRUE(isFree(Mutex));
}

TEST_F(HeldLocksTest, AnErrorIsTheProgramsToSee) {
  if (runsUnderTsan())
    GTEST_SKIP() << "ThreadSanitizer reports the error, too";
  pthread_mutexattr_t Checking;
  pthread_mutexattr_init(&Checking);
  pthread_mutexattr_settype(&Checking, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_t Checked;
  pthread_mutex_init(&Checked, &Checking);
  atomically([&] {
    EXPECT_EQ(__stm_wrap_pthread_mutex_lock(&Checked), 0);
    EXPECT_EQ(__stm_wrap_pthread_mutex_lock(&Checked), EDEADLK);
    EXPECT_EQ(__stm_wrap_pthread_mutex_unlock(&Checked), 0);
    EXPECT_EQ(__stm_wrap_pthread_mutex_unlock(&Checked), EPERM);
  });
  EXPECT_EQ(stats().inevitable, 1u);
}

TEST_F(HeldLocksTest, ARobustMutexTellsOfItsDeadOwner) {
  void *List;
  size_t Bytes;
  if (syscall(SYS_get_robust_list, 0, &List, &Bytes) != 0)
    GTEST_SKIP() << "the system tells nobody of dead owners";
  pthread_mutexattr_t Robust;
  pthread_mutexattr_init(&Robust);
  pthread_mutexattr_setrobust(&Robust, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_t M;
  pthread_mutex_init(&M, &Robust);
  std::thread([&] { pthread_mutex_lock(&M); }).join();
  atomically([&] {
    EXPECT_EQ(__stm_wrap_pthread_mutex_lock(&M), EOWNERDEAD);
    EXPECT_TRUE(stm_is_inevitable());
    EXPECT_EQ(pthread_mutex_consistent(&M), 0);
    EXPECT_EQ(__stm_wrap_pthread_mutex_unlock(&M), 0);
  });
  EXPECT_TRUE(isFree(M));
}

TEST_F(HeldLocksTest, AReaderThatWantsToWriteIsInevitable) {
  atomically([&] {
    EXPECT_EQ(__stm_wrap_pthread_rwlock_rdlock(&Shared), 0);
    EXPECT_EQ(__stm_wrap_pthread_rwlock_rdlock(&Shared), 0);
    EXPECT_EQ(__stm_wrap_pthread_rwlock_unlock(&Shared), 0);
    EXPECT_EQ(__stm_wrap_pthread_rwlock_trywrlock(&Shared), EBUSY);
    EXPECT_EQ(__stm_wrap_pthread_rwlock_unlock(&Shared), 0);
    EXPECT_TRUE(optimistic());
    EXPECT_EQ(__stm_wrap_pthread_rwlock_wrlock(&Shared), 0);
    EXPECT_TRUE(stm_is_inevitable());
    EXPECT_EQ(__stm_wrap_pthread_rwlock_unlock(&Shared), 0);
  });
  EXPECT_EQ(pthread_rwlock_trywrlock(&Shared), 0);
  pthread_rwlock_unlock(&Shared);
}

TEST_F(HeldLocksTest, MoreThanThereIsRoomForIsInevitable) {
  pthread_mutex_t Many[HeldLocks::Most + 2];
  for (pthread_mutex_t &M : Many)
    pthread_mutex_init(&M, nullptr);
  atomically([&] {
    for (pthread_mutex_t &M : Many)
      EXPECT_EQ(__stm_wrap_pthread_mutex_lock(&M), 0);
    EXPECT_TRUE(stm_is_inevitable());
    for (pthread_mutex_t &M : Many)
      EXPECT_EQ(__stm_wrap_pthread_mutex_unlock(&M), 0);
  });
  for (pthread_mutex_t &M : Many)
    EXPECT_TRUE(isFree(M));
}

TEST_F(HeldLocksTest, ATimedOneGivesUp) {
  pthread_mutex_lock(&Mutex);
  std::thread([&] {
    atomically([&] {
      timespec Past = {1, 0};
      EXPECT_EQ(__stm_wrap_pthread_mutex_timedlock(&Mutex, &Past), ETIMEDOUT);
      EXPECT_EQ(__stm_wrap_pthread_mutex_trylock(&Mutex), EBUSY);
    });
  }).join();
  pthread_mutex_unlock(&Mutex);
}

} // namespace
