//===- e2e/Language/locks_wait.cpp - blocks that wait for locks -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block takes locks, and waits for those whose owners run blocks themselves:
// nobody waits for ever, whatever the lock, and whoever comes first. What it
// sees under a lock fits with what it has read before; nobody else gets the
// lock before all is committed; what is undone gives it back.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
// RUN: env STM_OPTIONS=report=none:quiesce=never %t.O2 fits
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <threads.h>

long X = 0, Y = 0;
long Guarded = 0; // By whatever lock a test is about.

static uint64_t lockWaits() {
  stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats.lock_waits;
}

STM_PURE static void awaitLockWaits(uint64_t More) {
  while (lockWaits() <= More)
    sched_yield();
}

/// The owner has the lock, and runs a block once the other one waits for it.
template <class Take, class Give> void ownerRunsABlock(Take T, Give G) {
  Step.store(0);
  X = Guarded = 0;
  uint64_t Waits = lockWaits();
  Thread Owner([&] {
    T();
    reached(1);
    awaitLockWaits(Waits);
    stm::atomic([] { X = 1; });
    Guarded = 1;
    G();
  });
  await(1);
  stm::atomic([&] {
    long Before = X;
    T();
    EXPECT(X == 1 && Guarded == 1 && Before == 1);
    Guarded = 2;
    G();
    EXPECT(!stm_is_inevitable());
  });
  T(); // It has been given back.
  EXPECT(Guarded == 2);
  G();
}

struct CLock {
  mtx_t Mutex;
  CLock() { mtx_init(&Mutex, mtx_plain); }
};

std::mutex Mutex, Second;
std::recursive_mutex Recursive;
std::shared_mutex Shared;
pthread_spinlock_t Spin;

static void allKinds() {
  ownerRunsABlock([] { Mutex.lock(); }, [] { Mutex.unlock(); });
  ownerRunsABlock([] { Shared.lock(); }, [] { Shared.unlock(); });
  pthread_spin_init(&Spin, PTHREAD_PROCESS_PRIVATE);
  ownerRunsABlock([] { pthread_spin_lock(&Spin); },
                  [] { pthread_spin_unlock(&Spin); });
#if !__has_feature(thread_sanitizer) // It doesn't see these in plain code.
  CLock C;
  ownerRunsABlock([&] { mtx_lock(&C.Mutex); }, [&] { mtx_unlock(&C.Mutex); });
#endif
  ownerRunsABlock(
      [] {
        Recursive.lock();
        Recursive.lock();
      },
      [] {
        Recursive.unlock();
        Recursive.unlock();
      });
  // On the heap, in what is unlinked while somebody waits for it.
  auto Own = std::make_unique<std::mutex>();
  ownerRunsABlock([&] { Own->lock(); }, [&] { Own->unlock(); });
  // The second of two, in either order; then both at once.
  ownerRunsABlock([] { Second.lock(); }, [] { Second.unlock(); });
  Step.store(0);
  uint64_t Waits = lockWaits();
  {
    Thread Owner([&] {
      Second.lock();
      reached(1);
      awaitLockWaits(Waits);
      stm::atomic([] { ++X; });
      Second.unlock();
    });
    await(1);
    stm::atomic([] {
      std::scoped_lock Both(Mutex, Second);
      ++Guarded;
    });
  }
  // A timed one waits as well, and others go on meanwhile.
  Step.store(0);
  std::timed_mutex Timed;
  {
    Thread Owner([&] {
      Timed.lock();
      reached(1);
      await(2);
      stm::atomic([] { ++Y; });
      Timed.unlock();
    });
    await(1);
    stm::atomic([&] {
      reached(2);
      EXPECT(Timed.try_lock_for(std::chrono::hours(1)));
      Timed.unlock();
    });
  }
}

/// Readers share it; a block that reads doesn't wait for a reader.
static void readersShare() {
  Shared.lock_shared();
  uint64_t Waits = lockWaits();
  onThreads(2, [](unsigned) {
    stm::atomic([] {
      std::shared_lock Lock(Shared);
      Y = Y + 1;
    });
  });
  EXPECT(lockWaits() == Waits);
  Shared.unlock_shared();
  Shared.lock(); // All have given it back.
  Shared.unlock();
}

/// What was read before the lock is still current when it is held. (The owner's
/// commit would wait for the reader.)
static void readsFitTheLock() {
  Step.store(0);
  X = Guarded = 0;
  Thread Owner([] {
    await(1);
    Mutex.lock();
    stm::atomic([] { X = 1; });
    Guarded = 1;
    Mutex.unlock();
    reached(2);
  });
  stm::atomic([] {
    long Seen = X;
    reached(1);
    await(2);
    std::lock_guard Lock(Mutex);
    EXPECT(Guarded == Seen);
  });
}

/// Unlocked in the block, it stays taken until all is committed.
static void nobodyGetsItEarly() {
  Step.store(0);
  X = Guarded = 0;
  Thread Other([] {
    await(1);
    EXPECT(!Mutex.try_lock());
    reached(2);
    Mutex.lock();
    EXPECT(Guarded == 1 && X == 1);
    Mutex.unlock();
  });
  stm::atomic([] {
    {
      std::lock_guard Lock(Mutex);
      Guarded = 1;
    }
    reached(1);
    await(2);
    X = 1;
    std::lock_guard Again(Mutex); // It has it still.
    EXPECT(!stm_is_inevitable());
  });
}

/// Rolled back, cancelled, left by an exception.
static void whatIsUndoneGivesItBack() {
  Rival Other;
  std::atomic<bool> Struck{false};
  stm::atomic([&] {
    if (Other.struck() && firstTime(Struck)) {
      // Nobody has it.
      EXPECT(Mutex.try_lock());
      Mutex.unlock();
    }
    std::lock_guard Lock(Mutex);
    ++Guarded;
    Other.strike();
  });
  EXPECT(Struck.load() && stm::last_abort_info().attempts >= 1);
  bool Ran = stm::try_atomic([] {
               Mutex.lock();
               stm::cancel();
               return 1;
             }).has_value();
  EXPECT(!Ran && Mutex.try_lock());
  Mutex.unlock();
  stm::atomic([] {
    // Of an inner block: it goes with the whole.
    STM_ATOMIC {
      Second.lock();
      ++Guarded;
      stm::cancel();
    }
    EXPECT(Second.try_lock());
    Second.unlock();
  });
  EXPECT(Second.try_lock());
  Second.unlock();
  try {
    stm::atomic([] {
      std::lock_guard Lock(Second);
      throw 1;
    });
  } catch (int) {
  }
  EXPECT(Second.try_lock());
  Second.unlock();
  std::atomic<bool> First{false};
  Step.store(0);
  Thread Waker([] {
    await(1);
    stm::atomic([] { Y = 77; });
  });
  stm::atomic([&] {
    std::lock_guard Lock(Mutex);
    if (firstTime(First))
      reached(1);
    if (Y != 77)
      stm::retry();
  });
}

/// Taken around the block and given back in it, and the other way round.
static void acrossTheBlocksEdge() {
  Mutex.lock();
  stm::atomic([] {
    Mutex.unlock();
    EXPECT(stm_is_inevitable());
  });
  EXPECT(Mutex.try_lock());
  Mutex.unlock();
  stm::atomic([] { Mutex.lock(); });
  EXPECT(!Mutex.try_lock());
  Mutex.unlock();
  // Inevitable with one held, and one given back.
  stm::atomic([] {
    Mutex.lock();
    Second.lock();
    Second.unlock();
    stm_become_inevitable("test");
    EXPECT(Second.try_lock());
    Second.unlock();
    Mutex.unlock();
    EXPECT(Mutex.try_lock());
    Mutex.unlock();
  });
}

static void manyTogether() {
  X = Guarded = 0;
  onThreads(4, [](unsigned Me) {
    for (int I = 0; I != 300; ++I) {
      if ((Me + unsigned(I)) % 2) {
        std::lock_guard Lock(Mutex);
        ++Guarded;
        stm::atomic([] { ++X; });
      } else {
        stm::atomic([] {
          ++X;
          std::scoped_lock Lock(Mutex, Second);
          ++Guarded;
        });
      }
    }
  });
  EXPECT(X == 1200 && Guarded == 1200);
}

int main(int Count, char **) {
  if (Count > 1) {
    readsFitTheLock();
    return 0;
  }
  allKinds();
  readersShare();
  nobodyGetsItEarly();
  whatIsUndoneGivesItBack();
  acrossTheBlocksEdge();
  manyTogether();
}
