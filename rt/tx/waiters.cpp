//===- tx/waiters.cpp - asleep until something that was read changes ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/waiters.h"

#include "base/check.h"
#include "base/no_signals.h"
#include "base/spin_lock.h"
#include "base/test_point.h"
#include "tx/registry.h"
#include "tx/signal_handler.h"

#include <algorithm>
#include <fcntl.h>
#include <linux/futex.h>
#include <mutex>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace stm::rt {

constinit std::atomic<SleepCall *> OnSleep{nullptr};

namespace {

constinit std::atomic<uint64_t> Periods{0};
constinit SpinLock WaitersLock;
constinit uint32_t WaiterCount = 0; ///< With WaitersLock.

/// While a thread waits, and is about to.
class Registration {
public:
  Registration() {
    std::lock_guard Guard(WaitersLock);
    All = ++WaiterCount;
    // (24) seq_cst: with the fence below, against the look in commit after 6.
    if (All == 1 && !STM_MUTATION(RetryUnregistered))
      Versioning.Word.fetch_or(VersioningWord::HasWaiters,
                               std::memory_order_seq_cst);
  }
  ~Registration() {
    std::lock_guard Guard(WaitersLock);
    if (--WaiterCount == 0)
      Versioning.Word.fetch_and(~VersioningWord::HasWaiters,
                                std::memory_order_relaxed);
  }
  Registration(const Registration &) = delete;
  Registration &operator=(const Registration &) = delete;

  uint32_t All; ///< So many waited then.
};

void futexWait(std::atomic<uint32_t> &Word, uint32_t While) {
  // A plain system call: pthread_cancel doesn't end the thread here.
  syscall(SYS_futex, &Word, FUTEX_WAIT_PRIVATE, While, nullptr, nullptr, 0);
}

void wake(WaitingRoom &Room) {
  uint32_t Expected = WaitingRoom::Waiting;
  if (Room.State.compare_exchange_strong(Expected, WaitingRoom::Woken,
                                         std::memory_order_acq_rel))
    syscall(SYS_futex, &Room.State, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

/// Whether so many threads sleep, and none of them has been woken. (Who has
/// only registered may find that it need not sleep.)
bool allSleep(uint32_t Count) {
  forEachDescriptor([&](const Tx &T) {
    if (T.Room.Sleeps.load(std::memory_order_seq_cst) &&
        T.Room.State.load(std::memory_order_acquire) == WaitingRoom::Waiting)
      --Count;
  });
  return Count == 0;
}

/// Threads of the process; 0 if that can't be found out.
unsigned long threadsOfProcess() {
  int File = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return 0;
  char Text[1024];
  ssize_t Length = read(File, Text, sizeof(Text) - 1);
  close(File);
  if (Length <= 0)
    return 0;
  Text[Length] = 0;
  // proc(5): the twentieth field; the second one is a name in parentheses.
  const char *At = strrchr(Text, ')');
  for (int Field = 2; At && Field != 20; ++Field)
    At = strchr(At + 1, ' ');
  return At ? strtoul(At, nullptr, 10) : 0;
}

} // namespace

uint64_t exclusivePeriods() { return Periods.load(std::memory_order_acquire); }

void endExclusivePeriod() {
  // (24) seq_cst, and a full fence: either the waiter sees the count, or this
  // sees that there are waiters.
  Periods.fetch_add(1, std::memory_order_seq_cst);
  arch::fenceAfterRmw();
  if (Versioning.load() & VersioningWord::HasWaiters)
    forEachDescriptor([](Tx &T) { wake(T.Room); });
}

void wakeWaiters(const uint32_t *Begin, const uint32_t *End) {
  forEachDescriptor([=](Tx &T) {
    // (25) acquire: pairs with the release in sleep: the set is whole. Of a
    // wait that has begun since, it may be half there: that one has looked at
    // the orecs after their release.
    if (T.Room.State.load(std::memory_order_acquire) != WaitingRoom::Waiting)
      return;
    for (const uint32_t *Index = Begin; Index != End; ++Index)
      if (T.Room.has(*Index))
        return wake(T.Room);
  });
}

void resetWaitersInChild() {
  WaiterCount = 0;
  WaitersLock.unlock(); // If another thread held it.
  forEachDescriptor([](Tx &T) {
    T.Room.State.store(WaitingRoom::Nobody, std::memory_order_relaxed);
    T.Room.Sleeps.store(false, std::memory_order_relaxed);
  });
}

void WaitingRoom::clear() {
  for (std::atomic<uint64_t> &Word : Bits)
    Word.store(0, std::memory_order_relaxed);
}

void WaitingRoom::addAll() {
  for (std::atomic<uint64_t> &Word : Bits)
    Word.store(~uint64_t{0}, std::memory_order_relaxed);
}

void RetryWait::prepare(Tx &Self) {
  {
    // The slot is still the attempt's: nobody is to find it without its reads.
    std::lock_guard Guard(Self.ReadsLock);
    if (!STM_MUTATION(VouchedWithoutReads))
      Self.setKeepsReads(false);
    Reads.clear();
    Reads.swap(Self.Reads);
  }
  Snapshot = Self.Snapshot;
  Released = 0;
  // Its own, if it runs alone, isn't over yet.
  Periods = exclusivePeriods() + (Self.Alone ? 1 : 0);
  // Reads of what it had locked have left no trace.
  LocksAtEnd = Self.Locks.size();
  for (uint32_t Index : Self.Locks)
    if (!Reads.push(Index))
      Periods = NeverCurrent;
  if (Periods != NeverCurrent)
    std::sort(Reads.end() - LocksAtEnd, Reads.end());
}

bool RetryWait::hadLocked(uint32_t Index) const {
  return std::binary_search(Reads.end() - LocksAtEnd, Reads.end(), Index);
}

void RetryWait::prepareForAny() {
  IsForAny = true;
  Snapshot = Clock.now();
  Periods = exclusivePeriods();
}

void RetryWait::swap(RetryWait &Other) {
  Reads.swap(Other.Reads);
  std::swap(Snapshot, Other.Snapshot);
  std::swap(LocksAtEnd, Other.LocksAtEnd);
  std::swap(Released, Other.Released);
  std::swap(Periods, Other.Periods);
  std::swap(IsForAny, Other.IsForAny);
}

bool RetryWait::isCurrent() const {
  if (exclusivePeriods() != Periods && !STM_MUTATION(RetryIgnoresPeriods))
    return false;
  // A commit takes a new time before it looks whether somebody waits.
  if (IsForAny && Clock.now() != Snapshot)
    return false;
  for (uint32_t Index : Reads) {
    OrecWord Word = OrecTable[Index].load();
    if (STM_MUTATION(RetryIgnoresLocks) && Word.isLocked())
      continue;
    // Also if it is locked: it may be about to change. (What is stored plainly
    // may have been stamped with that time after somebody else's commit.)
    if (Word.raw() > Snapshot &&
        !(Word.raw() == Released &&
          (hadLocked(Index) || STM_MUTATION(RetryTrustsStamps))))
      return false;
  }
  return true;
}

void RetryWait::sleep(Tx &Self) {
  WaitingRoom &Room = Self.Room;
  STM_TEST_POINT(RetryBeforeRegistration);
  if (STM_UNLIKELY(Room.State.load(std::memory_order_relaxed) !=
                   WaitingRoom::Nobody) &&
      isSignalHandlerRunning())
    reportUsageErrorRetryInSignalHandler(Self.Site);
  {
    NoSignals Blocked;
    Room.clear();
    if (IsForAny)
      Room.addAll();
    for (uint32_t Index : Reads)
      Room.add(Index);
    // (25) release: pairs with the acquire in wakeWaiters.
    Room.State.store(WaitingRoom::Waiting, std::memory_order_release);
  }
  {
    Registration Waiter;
    STM_TEST_POINT(RetryRegistered);
    // (24) Full: the flag is up before the orecs are looked at.
    arch::fullFence();
    if (isCurrent()) {
      STM_TEST_POINT(RetryBeforeSleep);
      // seq_cst: the last of them sees the others.
      Room.Sleeps.store(true, std::memory_order_seq_cst);
      if (!STM_WAITS_AT_TEST_POINTS && Waiter.All == threadsOfProcess() &&
          allSleep(Waiter.All))
        warnEverybodyWaits(Self.Site, Waiter.All);
      while (STM_WAITS_AT_TEST_POINTS &&
             Room.State.load() == WaitingRoom::Waiting)
        STM_TEST_POINT(Waits);
      while (Room.State.load(std::memory_order_acquire) == WaitingRoom::Waiting)
        futexWait(Room.State, WaitingRoom::Waiting);
      Room.Sleeps.store(false, std::memory_order_relaxed);
    }
    Room.State.store(WaitingRoom::Nobody, std::memory_order_relaxed);
  }
  giveBackRoom(Self);
}

void RetryWait::giveBackRoom(Tx &Self) {
  // Another one may need it.
  if (!Self.Reads.begin()) {
    NoSignals Blocked; // Their handlers' blocks may need the lock.
    std::lock_guard Guard(Self.ReadsLock);
    Self.Reads.swap(Reads);
    Self.ReadsLifted = true; // Perhaps it was.
  }
  Self.closeReads();
  freeLogMemory(Reads.begin());
  Reads = {};
}

} // namespace stm::rt
