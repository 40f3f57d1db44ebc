//===- tx/held_locks.cpp - the program's locks, taken in blocks -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/held_locks.h"

#include "base/check.h"
#include "base/options.h"
#include "base/wait.h"
#include "tx/registry.h"
#include "tx/tsan.h"

#include <cerrno>
#include <ctime>
#include <pthread.h>
#include <unistd.h>

namespace stm::rt {

namespace {

pthread_mutex_t *mutexAt(void *Lock) {
  return static_cast<pthread_mutex_t *>(Lock);
}
pthread_rwlock_t *rwlockAt(void *Lock) {
  return static_cast<pthread_rwlock_t *>(Lock);
}
pthread_spinlock_t *spinAt(void *Lock) {
  return static_cast<pthread_spinlock_t *>(Lock);
}

int lockNow(void *Lock, LockKind Kind) {
  switch (Kind) {
  case LockKind::Mutex:
    return pthread_mutex_lock(mutexAt(Lock));
  case LockKind::Read:
    return pthread_rwlock_rdlock(rwlockAt(Lock));
  case LockKind::Write:
    return pthread_rwlock_wrlock(rwlockAt(Lock));
  case LockKind::Spin:
    return pthread_spin_lock(spinAt(Lock));
  }
  __builtin_unreachable();
}

/// The same, but not for long: ETIMEDOUT.
int lockForAWhile(void *Lock, LockKind Kind) {
  constexpr long Milliseconds = 50;
  // ThreadSanitizer doesn't know pthread_rwlock_clockrdlock and -wrlock.
  bool ByDate = runsUnderTsan() && Kind != LockKind::Mutex;
  timespec Until;
  clock_gettime(ByDate ? CLOCK_REALTIME : CLOCK_MONOTONIC, &Until);
  Until.tv_nsec += Milliseconds * 1000000;
  Until.tv_sec += Until.tv_nsec / 1000000000;
  Until.tv_nsec %= 1000000000;
  switch (Kind) {
  case LockKind::Mutex:
    return pthread_mutex_clocklock(mutexAt(Lock), CLOCK_MONOTONIC, &Until);
  case LockKind::Read:
    return ByDate ? pthread_rwlock_timedrdlock(rwlockAt(Lock), &Until)
                  : pthread_rwlock_clockrdlock(rwlockAt(Lock), CLOCK_MONOTONIC,
                                               &Until);
  case LockKind::Write:
    return ByDate ? pthread_rwlock_timedwrlock(rwlockAt(Lock), &Until)
                  : pthread_rwlock_clockwrlock(rwlockAt(Lock), CLOCK_MONOTONIC,
                                               &Until);
  case LockKind::Spin:
    return lockNow(Lock, Kind); // Nobody knows its owner.
  }
  __builtin_unreachable();
}

/// The thread that holds it; 0: nobody, or not known.
uint32_t ownerOf(const void *Lock, LockKind Kind) {
#ifdef __GLIBC__
  if (Kind == LockKind::Mutex) {
    auto *M = static_cast<const pthread_mutex_t *>(Lock);
    return static_cast<uint32_t>(
        __atomic_load_n(&M->__data.__owner, __ATOMIC_RELAXED));
  }
  if (Kind != LockKind::Spin) {
    auto *L = static_cast<const pthread_rwlock_t *>(Lock);
    return static_cast<uint32_t>(
        __atomic_load_n(&L->__data.__cur_writer, __ATOMIC_RELAXED));
  }
#endif
  return 0;
}

bool isMine(const void *Lock, LockKind Kind) {
  return ownerOf(Lock, Kind) == static_cast<uint32_t>(gettid());
}

/// Whoever takes one whose owner has died must mend what it guards: not to be
/// taken and given back at will.
bool isRobust(const void *Lock, LockKind Kind) {
#ifdef __GLIBC__
  constexpr int RobustBit = 16; // PTHREAD_MUTEX_ROBUST_NORMAL_NP
  return Kind == LockKind::Mutex &&
         static_cast<const pthread_mutex_t *>(Lock)->__data.__kind & RobustBit;
#else
  (void)Lock;
  return Kind == LockKind::Mutex;
#endif
}

/// The one who holds the lock and can't go on before this one has ended.
const Tx *findStoppedOwner(const Tx &Self, const void *Lock, LockKind Kind) {
  uint32_t Owner = ownerOf(Lock, Kind);
  if (!Owner)
    return nullptr;
  const Tx *Stopped = nullptr;
  forEachDescriptor([&](const Tx &Other) {
    if (&Other != &Self && Other.InUse.load(std::memory_order_relaxed) &&
        Other.Reader.Thread.load(std::memory_order_relaxed) == Owner &&
        (Other.WaitsToRun.load(std::memory_order_acquire) ||
         // In stm_retry: nobody commits what it waits for.
         (Self.isDirect() && Other.Room.State.load(std::memory_order_acquire) ==
                                 WaitingRoom::Waiting)))
      Stopped = &Other;
  });
  // It gives nothing back while it waits: if it has it still, it keeps it.
  return ownerOf(Lock, Kind) == Owner ? Stopped : nullptr;
}

/// With all others stopped, for good.
int lockAlone(const Tx &Self, void *Lock, LockKind Kind, uintptr_t Pc) {
  int Result = tryLockNow(Lock, Kind);
  if (Result != EBUSY || isMine(Lock, Kind))
    return Result == EBUSY ? lockNow(Lock, Kind) : Result;
  while ((Result = lockForAWhile(Lock, Kind)) == ETIMEDOUT)
    if (const Tx *Owner = findStoppedOwner(Self, Lock, Kind))
      reportUsageErrorLockDeadlock(Self.Site, Self.InevitableReason,
                                   Self.InevitablePc, Lock, Pc, Owner->Site);
  // Some kinds can't be waited for by that clock.
  return Result == EINVAL ? lockNow(Lock, Kind) : Result;
}

/// Inevitable, with others running. It may be that the owner waits for this
/// one's end: then it has collided with it.
int lockBeside(Tx &Self, void *Lock, LockKind Kind, uintptr_t Pc) {
  int Result = tryLockNow(Lock, Kind);
  if (Result == EBUSY)
    Result = lockAlone(Self, Lock, Kind, Pc);
  Self.goAlone();
  return Result;
}

/// Whether the attempt may take locks that a rollback gives back. Otherwise it
/// is inevitable now. May end the attempt.
bool canTake(Tx &Self, void *Lock, LockKind Kind, const char *Reason,
             uintptr_t Pc) {
  if (!Self.canBeMarked())
    Self.runAsOrdinary(Pc); // It has to validate.
  // Whoever runs alone because it lost too often must still be able to wait.
  transactionsMayLeave();
  Self.beforeUnchecked(Pc);
  if (!isRobust(Lock, Kind))
    return true;
  Self.becomeInevitable(Reason, Pc);
  return false;
}

/// False: it is held in another way, or there is no room; the attempt is
/// inevitable now.
bool takeAgain(Tx &Self, HeldLocks::Held *H, LockKind Kind, const char *Reason,
               uintptr_t Pc) {
  bool Suffices = H->Kind == Kind || H->Kind == LockKind::Write;
  if (Suffices && H->Program == 0) {
    H->Program = 1;
    return true;
  }
  if (H->Kind == Kind && tryLockNow(H->Lock, Kind) == 0) {
    ++H->Real; // It is recursive, or shared.
    ++H->Program;
    return true;
  }
  Self.becomeInevitable(Reason, Pc);
  return false;
}

int takeNew(Tx &Self, void *Lock, LockKind Kind, uintptr_t Pc) {
  Self.beforeTelling(Pc);
  int Result = tryLockNow(Lock, Kind);
  if (Result != 0)
    return Result;
  Self.Locked.add(Lock, Kind, Pc);
  Self.IsUnusual = true; // The commit has more to do.
  Orec *Stale = nullptr;
  if (!STM_MUTATION(ReadsOlderThanLock) && !Self.extendSnapshot(Stale))
    Self.conflict(ConflictKind::Validation, nullptr, Stale, Pc);
  return 0;
}

} // namespace

int tryLockNow(void *Lock, LockKind Kind) {
  switch (Kind) {
  case LockKind::Mutex:
    return pthread_mutex_trylock(mutexAt(Lock));
  case LockKind::Read:
    return pthread_rwlock_tryrdlock(rwlockAt(Lock));
  case LockKind::Write:
    return pthread_rwlock_trywrlock(rwlockAt(Lock));
  case LockKind::Spin:
    return pthread_spin_trylock(spinAt(Lock));
  }
  __builtin_unreachable();
}

int unlockNow(void *Lock, LockKind Kind) {
  switch (Kind) {
  case LockKind::Mutex:
    return pthread_mutex_unlock(mutexAt(Lock));
  case LockKind::Read:
  case LockKind::Write:
    return pthread_rwlock_unlock(rwlockAt(Lock));
  case LockKind::Spin:
    return pthread_spin_unlock(spinAt(Lock));
  }
  __builtin_unreachable();
}

bool HeldLocks::hasDeferred() const {
  for (unsigned I = 0; I != Count; ++I)
    if (All[I].Program < All[I].Real)
      return true;
  return false;
}

HeldLocks::Held *HeldLocks::find(const void *Lock) {
  for (unsigned I = 0; I != Count; ++I)
    if (All[I].Lock == Lock)
      return &All[I];
  return nullptr;
}

HeldLocks::Mark HeldLocks::mark() const {
  Mark M;
  M.Count = Count;
  for (unsigned I = 0; I != Count; ++I)
    M.Program[I] = All[I].Program;
  return M;
}

void HeldLocks::undoTo(const Mark &M) {
  for (unsigned I = 0; I != Count; ++I)
    All[I].Program = I < M.Count ? M.Program[I] : 0;
}

void HeldLocks::settle() {
  for (; Count; --Count)
    for (Held &H = All[Count - 1]; H.Real > H.Program; --H.Real)
      unlockNow(H.Lock, H.Kind);
}

int lockInTransaction(void *Lock, LockKind Kind, const char *Reason,
                      uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (!Self.InTransaction || Self.isTransactionsFrame(Lock))
    return lockNow(Lock, Kind);
  if (Self.isDirect())
    return lockAlone(Self, Lock, Kind, Pc);
  if (Self.IsBeside)
    return lockBeside(Self, Lock, Kind, Pc);
  if (!canTake(Self, Lock, Kind, Reason, Pc))
    return lockAlone(Self, Lock, Kind, Pc);
  if (HeldLocks::Held *H = Self.Locked.find(Lock))
    return takeAgain(Self, H, Kind, Reason, Pc)
               ? 0
               : lockAlone(Self, Lock, Kind, Pc);
  if (Self.Locked.isFull()) {
    Self.becomeInevitable(Reason, Pc);
    return lockAlone(Self, Lock, Kind, Pc);
  }
  for (int64_t Spins = options().Spin;; --Spins) {
    int Result = takeNew(Self, Lock, Kind, Pc);
    if (Result != EBUSY)
      return Result;
    if (isMine(Lock, Kind)) { // The program waits for itself, or is told so.
      Self.becomeInevitable(Reason, Pc);
      return lockNow(Lock, Kind);
    }
    if (Spins <= 0)
      Self.waitForLock(Pc);
    arch::pause();
  }
}

int tryLockInTransaction(void *Lock, LockKind Kind, const char *Reason,
                         uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.isDirect() || Self.isTransactionsFrame(Lock))
    return tryLockNow(Lock, Kind);
  if (Self.IsBeside) {
    Self.goAlone();
    return tryLockNow(Lock, Kind);
  }
  if (!canTake(Self, Lock, Kind, Reason, Pc))
    return tryLockNow(Lock, Kind);
  if (HeldLocks::Held *H = Self.Locked.find(Lock)) {
    if (H->Program && H->Kind != Kind)
      return EBUSY;
    return takeAgain(Self, H, Kind, Reason, Pc) ? 0 : tryLockNow(Lock, Kind);
  }
  if (Self.Locked.isFull()) {
    Self.becomeInevitable(Reason, Pc);
    return tryLockNow(Lock, Kind);
  }
  return takeNew(Self, Lock, Kind, Pc);
}

int unlockInTransaction(void *Lock, LockKind Kind, const char *Reason,
                        uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.isRevocable() && Self.InTransaction &&
      !Self.isTransactionsFrame(Lock)) {
    HeldLocks::Held *H = Self.Locked.find(Lock);
    if (H && H->Program) {
      --H->Program;
      return 0;
    }
    // Taken before the transaction.
    Self.becomeInevitable(Reason, Pc);
  } else if (Self.IsBeside) {
    Self.goAlone();
  }
  return unlockNow(Lock, Kind);
}

} // namespace stm::rt
