//===- abi/lock_wraps.cpp - locks of pthread in blocks ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// tx/held_locks.h has the rules. C11's and std's locks are pthread's
// underneath.
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "tx/barriers.h"
#include "tx/held_locks.h"
#include "tx/tsan.h"

#include <cerrno>
#include <ctime>
#include <pthread.h>
#include <threads.h>

namespace stm::rt::abi {

namespace {

/// It gives up by itself, so it may wait in the transaction, once it is
/// inevitable. \p Wait(until): the function itself.
template <class F>
I32 lockUntil(Ptr Lock, LockKind Kind, CPtr Until, const char *Reason,
              uintptr_t Pc, F Wait) {
  int Result = tryLockInTransaction(Lock, Kind, Reason, Pc);
  if (Result != EBUSY)
    return Result;
  timespec Time;
  readRange(&Time, Until, sizeof(Time), Pc);
  Tx &Self = *CurrentTx;
  Self.becomeInevitable(Reason, Pc, Company::Beside);
  Result = Wait(&Time);
  if (Self.IsBeside)
    Self.goAlone();
  return Result;
}

int toThrd(int Error) {
  return Error == 0           ? thrd_success
         : Error == EBUSY     ? thrd_busy
         : Error == ENOMEM    ? thrd_nomem
         : Error == ETIMEDOUT ? thrd_timedout
                              : thrd_error;
}

/// \p Call, which makes or destroys a lock that nobody waits for, on a copy, if
/// \p MayCopy.
template <class T, class F>
auto onCopy(Ptr Lock, bool MayCopy, const char *Reason, uintptr_t Pc, F Call) {
  Tx &Self = *CurrentTx;
  // ThreadSanitizer knows locks by their address.
  if (!MayCopy || runsUnderTsan())
    Self.becomeInevitable(Reason, Pc);
  if (Self.isDirect())
    return Call(static_cast<T *>(Lock));
  T Copy;
  readRange(&Copy, Lock, sizeof(T), Pc);
  auto Result = Call(&Copy);
  writeRange(Lock, &Copy, sizeof(T), Pc);
  return Result;
}

/// A rollback gives locks back after the undo: should the block take it, there
/// must be no memory below that was something else before.
bool mayMake(Ptr Lock) {
  const Tx &Self = *CurrentTx;
  return Self.isOwnFrame(Lock) || Self.Allocations.contains(Lock);
}

/// What the block has taken it has in earnest, until its commit.
bool mayDestroy() { return CurrentTx->Locked.empty(); }

/// Makes it, with a copy of attributes, which may be null.
template <class T, class A>
I32 initOnCopy(Ptr Lock, CPtr Attributes, const char *Reason, uintptr_t Pc,
               int (*Init)(T *, const A *)) {
  A Copy;
  if (Attributes)
    readRange(&Copy, Attributes, sizeof(A), Pc);
  return onCopy<T>(Lock, mayMake(Lock), Reason, Pc, [&](T *Own) {
    return Init(Own, Attributes ? &Copy : nullptr);
  });
}

pthread_mutex_t *mutexAt(Ptr Lock) {
  return static_cast<pthread_mutex_t *>(Lock);
}
pthread_rwlock_t *rwlockAt(Ptr Lock) {
  return static_cast<pthread_rwlock_t *>(Lock);
}

} // namespace

extern "C" {

#define STM_LOCK(Function, Kind)                                               \
  I32 __stm_wrap_##Function(Ptr Lock) {                                        \
    return lockInTransaction(Lock, LockKind::Kind, "call to " #Function,       \
                             STM_CALLER_PC);                                   \
  }
#define STM_TRY_LOCK(Function, Kind)                                           \
  I32 __stm_wrap_##Function(Ptr Lock) {                                        \
    return tryLockInTransaction(Lock, LockKind::Kind, "call to " #Function,    \
                                STM_CALLER_PC);                                \
  }
#define STM_UNLOCK(Function, Kind)                                             \
  I32 __stm_wrap_##Function(Ptr Lock) {                                        \
    return unlockInTransaction(Lock, LockKind::Kind, "call to " #Function,     \
                               STM_CALLER_PC);                                 \
  }
#define STM_TIMED_LOCK(Function, Kind, At)                                     \
  I32 __stm_wrap_##Function(Ptr Lock, CPtr Until) {                            \
    return lockUntil(                                                          \
        Lock, LockKind::Kind, Until, "call to " #Function, STM_CALLER_PC,      \
        [&](const timespec *Time) { return Function(At(Lock), Time); });       \
  }
#define STM_CLOCK_LOCK(Function, Kind, At)                                     \
  I32 __stm_wrap_##Function(Ptr Lock, I32 Clock, CPtr Until) {                 \
    return lockUntil(Lock, LockKind::Kind, Until, "call to " #Function,        \
                     STM_CALLER_PC, [&](const timespec *Time) {                \
                       return Function(At(Lock), Clock, Time);                 \
                     });                                                       \
  }
STM_LOCK(pthread_mutex_lock, Mutex)
STM_TRY_LOCK(pthread_mutex_trylock, Mutex)
STM_UNLOCK(pthread_mutex_unlock, Mutex)
STM_TIMED_LOCK(pthread_mutex_timedlock, Mutex, mutexAt)
STM_CLOCK_LOCK(pthread_mutex_clocklock, Mutex, mutexAt)
STM_LOCK(pthread_rwlock_rdlock, Read)
STM_LOCK(pthread_rwlock_wrlock, Write)
STM_TRY_LOCK(pthread_rwlock_tryrdlock, Read)
STM_TRY_LOCK(pthread_rwlock_trywrlock, Write)
STM_UNLOCK(pthread_rwlock_unlock, Read)
STM_TIMED_LOCK(pthread_rwlock_timedrdlock, Read, rwlockAt)
STM_TIMED_LOCK(pthread_rwlock_timedwrlock, Write, rwlockAt)
STM_CLOCK_LOCK(pthread_rwlock_clockrdlock, Read, rwlockAt)
STM_CLOCK_LOCK(pthread_rwlock_clockwrlock, Write, rwlockAt)
STM_LOCK(pthread_spin_lock, Spin)
STM_TRY_LOCK(pthread_spin_trylock, Spin)
STM_UNLOCK(pthread_spin_unlock, Spin)

#define STM_LOCK_INIT(Function)                                                \
  I32 __stm_wrap_##Function(Ptr Lock, CPtr Attributes) {                       \
    return initOnCopy(Lock, Attributes, "call to " #Function, STM_CALLER_PC,   \
                      Function);                                               \
  }
#define STM_LOCK_DESTROY(Function, Type)                                       \
  I32 __stm_wrap_##Function(Ptr Lock) {                                        \
    return onCopy<Type>(Lock, mayDestroy(), "call to " #Function,              \
                        STM_CALLER_PC, Function);                              \
  }
STM_LOCK_INIT(pthread_mutex_init)
STM_LOCK_INIT(pthread_rwlock_init)
STM_LOCK_INIT(pthread_cond_init)
STM_LOCK_DESTROY(pthread_mutex_destroy, pthread_mutex_t)
STM_LOCK_DESTROY(pthread_rwlock_destroy, pthread_rwlock_t)

I32 __stm_wrap_mtx_init(Ptr Lock, I32 Type) {
  return onCopy<mtx_t>(Lock, mayMake(Lock), "call to mtx_init", STM_CALLER_PC,
                       [=](mtx_t *Own) { return mtx_init(Own, Type); });
}

void __stm_wrap_mtx_destroy(Ptr Lock) {
  onCopy<mtx_t>(Lock, mayDestroy(), "call to mtx_destroy", STM_CALLER_PC,
                [](mtx_t *Own) {
                  mtx_destroy(Own);
                  return 0;
                });
}

I32 __stm_wrap_mtx_lock(Ptr Lock) {
  return toThrd(lockInTransaction(Lock, LockKind::Mutex, "call to mtx_lock",
                                  STM_CALLER_PC));
}

I32 __stm_wrap_mtx_trylock(Ptr Lock) {
  return toThrd(tryLockInTransaction(Lock, LockKind::Mutex,
                                     "call to mtx_trylock", STM_CALLER_PC));
}

I32 __stm_wrap_mtx_unlock(Ptr Lock) {
  return toThrd(unlockInTransaction(Lock, LockKind::Mutex, "call to mtx_unlock",
                                    STM_CALLER_PC));
}

} // extern "C"

} // namespace stm::rt::abi
